//! `gitlab`: a person who has logged in, and a job that has its login in variables.

use super::super::{
    hand_out::HandOut,
    subject::{Caller, Variables},
};

pub(in super::super) fn start() -> HandOut {
    HandOut {
        kind: "gitlab",
        host: HOST,
        rules: "",
        second: |_bed, username, secret| {
            let job = [
                ("CI_REGISTRY", HOST),
                ("CI_REGISTRY_USER", username),
                ("CI_REGISTRY_PASSWORD", secret),
                ("CI_JOB_TOKEN", secret),
            ];
            Caller::in_shell(HOST, Variables::from(job.map(|(name, value)| (name, value.to_owned()))))
        },
    }
}

const HOST: &str = "registry.gitlab.com";

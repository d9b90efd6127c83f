//! The GitHub action: `main` and `post` run by Node with the variables and files that a runner gives them.

mod inputs;
mod runner;

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::cloud::{
    aws::{Aws, CI_AUDIENCE, CI_ISSUER},
    ci::{self, Ci, Job, Service},
};

use super::{LOOK, SET_UP, is_empty, shell};
use runner::Runner;

#[test]
fn a_job_is_signed_in_and_post_leaves_nothing() {
    let runner = Runner::new();

    let main = runner.main(&[("registry", "r.example"), ("config", CONFIGURATION)]);
    let env = runner.exported();
    let folder = env["SHOREPASS_CONFIG"].parent().unwrap().to_owned();
    let mode = |file: &str| fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777;
    let modes = (mode(""), mode("config.toml"));
    let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let later = shell(&runner.bed, "/bin/bash", &format!("{LOOK}\nshorepass config check\n"), &env);
    let post = runner.post();

    assert_eq!(main.code, 0, "{main:?}");
    assert_eq!(modes, (0o700, 0o600));
    assert!(later.stdout.contains(&format!("docker: {SET_UP}\npodman: {SET_UP}")), "{later:?}");
    assert_eq!((later.code, post.code), (0, 0), "{later:?} {post:?}");
    assert!(is_empty(&runner.temporary()) && !runner.bed.path("home/.local/state/shorepass").exists());
    assert!(!runner.bed.path("home/.docker/config.json").exists());
}

#[test]
fn a_later_step_pulls_as_the_role_that_trusts_the_job() {
    let cloud = Aws::start().unwrap();
    let job = Job::new("app", "canary-of-app", "repo:shorepass/shorepass:ref:refs/heads/main");
    let issuer = cloud.issuer(CI_ISSUER).unwrap();
    let ci = Ci::builder().world(ci::World::of(issuer).with_job(job)).start().unwrap();
    let mut runner = Runner::new();
    for (name, value) in ci.environment(Service::GithubActions, "app") {
        runner.set(&[(name, &value)]);
    }
    runner.set(&[("AWS_ENDPOINT_URL", &cloud.url())]);

    let main = runner.main(&[("registry", ECR), ("aws-role-arn", ROLE), ("audience", CI_AUDIENCE)]);
    let env = runner.exported();
    let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let step = runner.bed.helper_in(&env, "get", ECR);
    let post = runner.post();

    assert_eq!((main.code, post.code), (0, 0), "{main:?} {post:?}");
    assert_eq!(
        crate::sources::owner(&cloud, &step),
        "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass"
    );
    assert!(main.stdout.contains("::add-mask::canary-of-app\n"), "{}", main.stdout);
    assert!(is_empty(&runner.temporary()));
}

#[test]
fn a_login_of_a_later_step_is_refused_and_not_there_for_the_next_job() {
    let runner = Runner::new();
    let login = r#"{"ServerURL":"r.example","Username":"alice","Secret":"canary"}"#;

    let main = runner.main(&[("registry", "r.example")]);
    let env = runner.exported();
    let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let store = runner.bed.helper_in(&env, "store", login);
    let post = runner.post();
    let next = runner.bed.helper("get", "r.example");

    assert_eq!((main.code, post.code), (0, 0), "{main:?} {post:?}");
    let words = format!("{}{}", store.stdout, store.stderr);
    assert!(store.code != 0 && words.contains("`store` in `[vault]` is `none`"), "{store:?}");
    assert!(next.code != 0 && next.stdout.contains("credentials not found"), "{next:?}");
    assert!(is_empty(&runner.temporary()));
}

#[test]
fn what_docker_needs_beside_its_logins_is_linked() {
    let runner = Runner::new();
    for name in ["contexts/meta/1", "trust/private/1.key", "ca.pem", "cert.pem", "key.pem"] {
        runner.bed.write(&format!("home/.docker/{name}"), name);
    }

    let main = runner.main(&[("registry", "r.example")]);
    let private = runner.exported()["DOCKER_CONFIG"].clone();
    let linked = ["contexts", "trust", "ca.pem", "cert.pem", "key.pem"].map(|name| {
        fs::read_link(private.join(name)).is_ok_and(|to| to == runner.bed.path("home/.docker").join(name))
    });
    let post = runner.post();

    assert_eq!((main.code, post.code, linked), (0, 0, [true; 5]), "{main:?}");
    assert!(runner.bed.path("home/.docker/trust/private/1.key").exists());
}

#[test]
fn an_archive_is_unpacked_only_if_it_is_the_one_that_was_asked_for() {
    for is_right in [true, false] {
        let mut runner = Runner::new();
        let (url, digest) = runner.archive();
        let digest = if is_right { digest } else { "0".repeat(64) };
        runner.set(&[("PATH", "/usr/bin:/bin")]);

        let main = runner.main(&[("registry", "r.example"), ("url", &url), ("sha256", &digest)]);

        let programs = runner.file("path");
        assert_eq!((main.code == 0, !programs.is_empty()), (is_right, is_right), "{main:?}");
        if !is_right {
            assert!(main.stdout.contains("nothing was unpacked"), "{main:?}");
        }
        assert_eq!((runner.post().code, is_empty(&runner.temporary())), (0, true));
    }
}

#[test]
fn logins_of_earlier_steps_go_on_working_and_stay_where_they_are() {
    let runner = Runner::new();
    let login = r#"{"auths":{"other.example":{"auth":"Y2FuYXJ5"}}}"#;
    let file = runner.bed.write("home/.docker/config.json", login);

    let main = runner.main(&[("registry", "r.example"), ("config", CONFIGURATION)]);
    let private = fs::read_to_string(runner.exported()["DOCKER_CONFIG"].join("config.json")).unwrap();
    let post = runner.post();

    assert!(private.contains("Y2FuYXJ5") && private.contains(r#""r.example":"shorepass""#), "{private}");
    assert_eq!(fs::read_to_string(&file).unwrap(), login);
    assert_eq!(runner.exported()["DOCKER_CONFIG"], file.parent().unwrap());
    assert_eq!((main.code, post.code, is_empty(&runner.temporary())), (0, 0, true));
}

#[test]
fn an_old_setting_of_many_lines_is_kept_as_one_value() {
    let mut runner = Runner::new();
    let old = "/nowhere\nEND\nEVIL<<END\n1\nEND";
    runner.set(&[("REGISTRY_AUTH_FILE", old)]);

    let main = runner.main(&[("registry", "r.example"), ("config", CONFIGURATION)]);
    let post = runner.post();

    assert_eq!((main.code, post.code), (0, 0), "{main:?} {post:?}");
    assert_eq!(runner.exported()["REGISTRY_AUTH_FILE"].to_str(), Some(old));
    assert!(!runner.exported().contains_key("EVIL"));
}

const ECR: &str = crate::ECR;
const ROLE: &str = "arn:aws:iam::123456789012:role/ci-pull";
const CONFIGURATION: &str = super::CONFIGURATION;

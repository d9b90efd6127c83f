//! Two commands beside each other: each has its own job's token, and its own broker.

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, finish},
    cloud::aws::Aws,
};

use super::{get, words};
use crate::sources::{sessions::token, stranger};

#[test]
fn the_jobs_of_one_machine_do_not_mix() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    // Neither goes on before both have asked once.
    let script = format!(
        "{0} >/dev/null; : >$MARKS/$AWS_ROLE_SESSION_NAME; while [ $(ls $MARKS | wc -l) -lt 2 ]; do sleep 0.05; done; \
         {0}; shorepass status --json",
        get()
    );
    let marks = bed.path("marks");
    std::fs::create_dir(&marks).unwrap();

    let begin = |job: &str| {
        let file = bed.write(&format!("token-{job}"), &token(&cloud));
        let env = [
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap()),
            ("AWS_ROLE_SESSION_NAME", job),
            ("MARKS", marks.to_str().unwrap()),
        ];
        bed.start("shorepass", &words(&[], &script), &env)
    };
    let said = ["job-1", "job-2"].map(|job| (job, begin(job)));
    let said = said.map(|(job, child)| (job, finish(child, Vec::new(), job)));

    for (job, said) in &said {
        let mut answers = serde_json::Deserializer::from_str(&said.stdout).into_iter::<Value>();
        let (credential, status) = (answers.next().unwrap().unwrap(), answers.next().unwrap().unwrap());
        let text = |name: &str| credential[name].as_str().unwrap();
        let issued = cloud.issued().find(text("Username"), text("Secret")).unwrap();
        assert!(issued.principal.ends_with(&format!("/ci-pull/{job}")), "{}", issued.principal);
        assert_eq!(status["counters"]["requests"], 2, "{job}");
        assert_eq!(status["credentials"].as_array().map(Vec::len), Some(1), "{job}: {status}");
    }
    assert_no_broker_of_the_user(&bed);
}

fn assert_no_broker_of_the_user(bed: &Bed) {
    assert_eq!(bed.broker(), None);
    assert!(!bed.path("home/.local/state/shorepass").exists());
}

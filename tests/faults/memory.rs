//! What is left in a broker's memory once it has forgotten, and who may look.

mod search;

use std::{fs, time::Duration};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::{
        Fault, Times,
        aws::{Aws, Service},
    },
};

use self::search::{found, pieces};
use crate::{ECR, HELPER, assert_answered, assert_explained, processes, script};

#[test]
fn what_was_erased_is_nowhere_in_the_broker_s_memory() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let said = bed.helper("get", ECR);
    assert_answered(&cloud, &said);
    let broker = quiet_broker(&bed);
    let password = pieces(&said.credential().1);
    let key = pieces(&cloud.environment("alice")["AWS_SECRET_ACCESS_KEY"]);
    assert!(found(broker, &password) > 0 && found(broker, &key) > 0, "the search finds nothing at all");

    assert_eq!(bed.helper("erase", ECR).code, 0);

    assert_eq!((found(broker, &password), found(broker, &key)), (0, 0));
    assert_eq!(bed.broker(), Some(broker));
}

#[test]
fn what_fifty_gets_renewals_and_failures_went_through_is_clear_after_forgetting() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("AWS_MAX_ATTEMPTS", "1");
    let key = pieces(&cloud.environment("alice")["AWS_SECRET_ACCESS_KEY"]);
    let mut passwords = Vec::new();

    for round in 0..10 {
        for _ in 0..4 {
            passwords.push(bed.helper("get", ECR).credential().1);
        }
        if round % 3 == 0 {
            cloud.knobs().fail(Service::Ecr, Fault::status(503, "ServiceUnavailable"), Times::Next(1));
        }
        let _ = bed.shorepass(&["refresh", ECR]);
    }
    let broker = quiet_broker(&bed);
    assert_eq!(bed.shorepass(&["forget", "--all"]).code, 0);

    passwords.dedup();
    assert!(passwords.len() >= 5, "{} passwords", passwords.len());
    for password in passwords {
        assert_eq!(found(broker, &pieces(&password)), 0);
    }
    assert_eq!(found(broker, &key), 0);
}

#[test]
fn what_a_refused_get_had_sent_is_clear_after_forgetting() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let key = "canary/RefusedSecretAccessKey/0123456789";
    bed.set("AWS_SECRET_ACCESS_KEY", key);

    assert_explained(&bed.helper("get", ECR), &["the secret key is not the one"]);
    let broker = quiet_broker(&bed);
    assert_eq!(bed.shorepass(&["forget", "--all"]).code, 0);

    assert_eq!(found(broker, &pieces(key)), 0);
}

#[test]
fn a_password_that_has_to_be_escaped_is_clear_after_forgetting() {
    let mut bed = Bed::new();
    let password = "canary\\\"with\\\\escapes\\u0041".repeat(40);
    let worker = script(
        &bed,
        "worker",
        &format!(
            "cat >/dev/null; cat <<'END'\n\
             {{\"status\":\"credential\",\"username\":\"AWS\",\"secret\":\"{password}\",\"life_ms\":600000}}\nEND"
        ),
    );
    bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());

    let (_, secret) = bed.helper("get", ECR).credential();
    let broker = quiet_broker(&bed);
    assert!(found(broker, &pieces(&secret)) > 0);
    assert_eq!(bed.helper("erase", ECR).code, 0);

    assert_eq!((found(broker, &pieces(&secret)), found(broker, &pieces(&password))), (0, 0));
}

#[test]
fn neither_broker_nor_worker_leaves_a_core() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    cloud.knobs().latency(Service::Ecr, Duration::from_secs(5));
    let mut helper = bed.start(HELPER, &["get"], &[]);
    std::io::Write::write_all(&mut helper.stdin.take().unwrap(), ECR.as_bytes()).unwrap();
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, Duration::from_secs(10)));
    let broker = bed.broker().unwrap();

    let workers = processes::children(broker);
    for pid in workers.iter().chain([&broker]) {
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();

        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    }
    workers.iter().for_each(|worker| processes::signal(*worker, "KILL"));
    let _ = helper.wait();
    assert_eq!(workers.len(), 1);
}

/// The broker, once its workers have gone.
fn quiet_broker(bed: &Bed) -> u32 {
    let broker = bed.broker().unwrap();
    assert!(wait_until(|| processes::children(broker).is_empty()));
    broker
}

//! Workers that hang, die or talk nonsense: bounded, explained, and nothing left behind.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{
    bed::{Bed, Said, finish, wait_until},
    cloud::aws::{Aws, Service},
};

use super::processes::{children, in_bed, is_alive, signal};
use crate::{ECR, LONG};

#[test]
fn a_worker_that_hangs_is_ended_in_time_together_with_its_children() {
    let bed = with_worker("sleep 300 &\nsleep 300\n");
    bed.configure("[broker]\nrequest_timeout = \"2s\"\n");

    let said = bed.helper("get", ECR);

    assert_failed(&said, "was not done within");
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn a_worker_that_closes_its_output_and_stays_is_ended_together_with_its_children() {
    let bed = with_worker("sleep 300 >/dev/null &\nexec >&-\nsleep 300\n");

    let said = bed.helper("get", ECR);

    assert_failed(&said, "ended without an answer");
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn what_a_broken_worker_prints_is_refused_and_not_repeated() {
    for (script, words) in [
        ("echo canary", "makes no sense"),
        ("echo '{\"status\":\"credential\",\"username\":\"canary\"}'", "makes no sense"),
        ("head -c 1000000 /dev/zero | tr '\\0' x", "is longer than 256 KiB"),
        ("echo canary >&2", "ended without an answer (exit status: 0)"),
        ("exit 7", "ended without an answer (exit status: 7)"),
        ("kill -s SEGV $$", "ended without an answer (signal: 11"),
    ] {
        let bed = with_worker(script);

        let said = bed.helper("get", ECR);

        assert_failed(&said, words);
        assert!(!said.stdout.contains("canary"), "{}", said.stdout);
        assert_eq!(only_the_broker(&bed), Ok(()), "{script}");
    }
}

#[test]
fn a_worker_that_was_killed_is_reported_and_the_next_one_answers() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let broker = bed.broker().unwrap();
    cloud.knobs().latency(Service::Ecr, LONG);
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(move || finish(waiting, ECR.into(), "the waiting helper"));
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, LONG));

    children(broker).into_iter().for_each(|worker| signal(worker, "KILL"));
    let said = waiting.join().unwrap();
    cloud.knobs().heal(Service::Ecr);

    assert_failed(&said, "ended without an answer (signal: 9");
    assert!(wait_until(|| bed.helper("get", ECR).code == 0));
    assert_eq!(bed.broker(), Some(broker));
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn what_a_killed_worker_had_started_does_not_outlive_it() {
    let bed = with_worker("sleep 300 >/dev/null &\nkill -s KILL $$\n");

    let said = bed.helper("get", ECR);

    assert_failed(&said, "ended without an answer (signal: 9");
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn a_credential_process_that_hangs_is_named_and_ended_in_time() {
    let mut bed = Bed::new();
    bed.configure("[broker]\nrequest_timeout = \"2s\"\n");
    bed.write("home/.aws/config", "[profile slow]\ncredential_process = sleep 300\n");
    bed.set("AWS_PROFILE", "slow");

    let said = bed.helper("get", ECR);

    assert_failed(&said, "the `credential_process` did not answer within");
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn a_credential_process_does_not_outlive_a_killed_worker() {
    let mut bed = Bed::new();
    bed.write("home/.aws/config", "[profile slow]\ncredential_process = sleep 300\n");
    bed.set("AWS_PROFILE", "slow");
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let broker = bed.broker().unwrap();
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(move || finish(waiting, ECR.into(), "the waiting helper"));
    assert!(wait_until(|| children(broker).into_iter().any(|worker| !children(worker).is_empty())));

    children(broker).into_iter().for_each(|worker| signal(worker, "KILL"));

    assert_failed(&waiting.join().unwrap(), "ended without an answer (signal: 9");
    assert_eq!(only_the_broker(&bed), Ok(()));
}

#[test]
fn a_worker_that_cannot_be_run_is_named() {
    let mut bed = Bed::new();
    let not_executable = bed.write("worker", "#!/bin/sh\n");
    bed.set("SHOREPASS_EXCHANGE", not_executable.to_str().unwrap());

    let said = bed.helper("get", ECR);

    assert_failed(&said, &format!("`{}` does not start", not_executable.display()));
}

/// A bed whose broker runs this script for an exchange.
fn with_worker(script: &str) -> Bed {
    let mut bed = Bed::new();
    let worker = bed.write("worker", &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).unwrap();
    bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());
    bed
}

fn assert_failed(said: &Said, words: &str) {
    assert_eq!((said.code, &said.stderr), (1, &said.stdout));
    assert!(said.stdout.contains(words), "{}", said.stdout);
    assert_eq!(said.stdout.lines().count(), 1);
}

/// Neither a zombie of the broker nor anything it started is there any more.
fn only_the_broker(bed: &Bed) -> Result<(), String> {
    let broker = bed.broker().ok_or("no broker")?;
    let left = || {
        let others = in_bed(bed).into_iter().filter(|pid| *pid != broker);
        children(broker).into_iter().chain(others).collect::<Vec<_>>()
    };
    if wait_until(|| left().is_empty()) && is_alive(broker) { Ok(()) } else { Err(format!("{:?}", left())) }
}

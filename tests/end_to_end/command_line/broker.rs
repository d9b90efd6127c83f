//! `broker` and `completions`.

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

use crate::{ECR, broker_life::processes::is_alive};

#[test]
fn start_stop_and_restart_do_what_they_say() {
    let bed = Bed::new();

    let start = bed.shorepass(&["broker", "start"]);
    let first = bed.broker().unwrap();
    let again = bed.shorepass(&["broker", "start", "--json"]);
    let restart = bed.shorepass(&["broker", "restart", "--json"]);
    let second = bed.broker().unwrap();
    let stop = bed.shorepass(&["broker", "stop"]);
    let stop_again = bed.shorepass(&["broker", "stop", "--json"]);

    assert!(start.stdout.starts_with(&format!("the broker is running: pid {first}, version ")), "{start:?}");
    assert_eq!(again.json()["was_running"], true);
    assert_eq!(again.json()["broker"]["pid"], first);
    assert_eq!(restart.json()["broker"]["pid"], second);
    assert_ne!(first, second);
    assert_eq!(stop.stdout, "the broker has stopped\n");
    assert_eq!(
        (&stop_again.json()["was_running"], &stop_again.json()["broker"]),
        (&false.into(), &Value::Null)
    );
    assert!(wait_until(|| !is_alive(first) && !is_alive(second)));
    assert!(!bed.path("run/shorepass/broker.sock").exists());
}

#[test]
fn start_says_why_it_cannot() {
    let bed = Bed::new();
    std::fs::create_dir_all(bed.path("run/shorepass/broker.sock")).unwrap();

    let said = bed.shorepass(&["broker", "start"]);

    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stderr.contains("\nhint:  "), "{said:?}");
}

#[test]
fn logs_show_the_end_of_the_log_and_of_the_audit_log() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.shorepass(&["broker", "logs"]).code, 3);
    let _ = bed.helper("get", ECR).credential();
    let _ = bed.helper("get", ECR).credential();
    let _ = bed.helper("get", "ghcr.io");

    let log = bed.shorepass(&["broker", "logs"]);
    let audit = bed.shorepass(&["broker", "logs", "--audit"]);
    let last = bed.shorepass(&["broker", "logs", "--audit", "-n", "1"]);

    assert!(log.stdout.contains("listening") && log.stdout.contains("exchanged"), "{log:?}");
    let lines: Vec<Value> = audit.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outcomes: Vec<&str> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["exchange", "cache", "not_found"]);
    for key in
        ["time", "op", "registry", "kind", "identity", "access", "outcome", "expires_at", "uid", "pid", "ms"]
    {
        assert!(!lines[0][key].is_null(), "`{key}` is not in {}", lines[0]);
    }
    assert_eq!(last.stdout.lines().count(), 1);
}

#[test]
fn an_audit_log_that_is_switched_off_is_not_written() {
    let bed = Bed::new();
    bed.configure("[broker]\naudit = false\n");

    let _ = bed.helper("get", "ghcr.io");

    assert!(bed.broker().is_some());
    assert!(!bed.path("home/.local/state/shorepass/audit.log").exists());
}

#[test]
fn run_is_a_broker_in_the_foreground() {
    let bed = Bed::new();
    let mut broker = bed.start("shorepass", &["broker", "run"], &[]);

    assert!(wait_until(|| bed.broker() == Some(broker.id())));
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);
    assert!(broker.wait().unwrap().success());
}

#[test]
fn every_shell_has_a_completion_script() {
    let bed = Bed::new();

    for shell in ["bash", "zsh", "fish"] {
        let said = bed.shorepass(&["completions", shell]);

        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{shell}");
        assert!(said.stdout.contains("refresh") && said.stdout.contains("doctor"), "{shell}");
    }
    assert_eq!(bed.shorepass(&["completions", "cmd"]).code, 2);
}

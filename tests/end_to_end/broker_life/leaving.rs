//! When the broker leaves, and when it stays.

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::{Aws, Service},
};

use super::processes::{in_bed, is_alive, signal};
use crate::{ECR, LONG};

#[test]
fn told_to_terminate_it_answers_what_is_in_flight_and_takes_its_socket_away() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let broker = bed.broker().unwrap();
    cloud.knobs().latency(Service::Ecr, Duration::from_secs(2));
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(move || finish(waiting, ECR.into(), "the waiting helper"));
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, LONG));

    signal(broker, "TERM");
    let socket = bed.path("run/shorepass/broker.sock");
    assert!(wait_until(|| !socket.exists()));
    let answered_after_leaving_began = is_alive(broker);
    let (user, secret) = waiting.join().unwrap().credential();

    assert!(answered_after_leaving_began);
    assert!(cloud.issued().is_valid(&user, &secret));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    assert!(wait_until(|| !is_alive(broker)));
    assert!(!socket.exists());
    assert!(in_bed(&bed).is_empty());
}

#[test]
fn while_one_leaves_the_next_helper_is_answered_by_a_successor() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let leaving = bed.broker().unwrap();
    cloud.knobs().latency(Service::Ecr, Duration::from_secs(2));
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(move || finish(waiting, ECR.into(), "the waiting helper"));
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, LONG));

    signal(leaving, "TERM");
    assert!(wait_until(|| !bed.path("run/shorepass/broker.sock").exists()));
    cloud.knobs().heal(Service::Ecr);
    let next = bed.helper("get", ECR);

    let _ = next.credential();
    let _ = waiting.join().unwrap().credential();
    assert!(wait_until(|| bed.broker().is_some_and(|broker| broker != leaving)));
}

#[test]
fn it_leaves_when_idle_and_nothing_is_warm() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure("[broker]\nidle_exit = \"1s\"\nkeep_warm = \"0s\"\n");

    let _ = bed.helper("get", ECR).credential();
    let broker = bed.broker().unwrap();

    assert!(wait_until(|| !is_alive(broker)), "it stays");
    assert!(!bed.path("run/shorepass/broker.sock").exists());
}

#[test]
fn it_stays_while_a_warm_credential_wants_refreshing() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure("[broker]\nidle_exit = \"1s\"\n");
    let _ = bed.helper("get", ECR).credential();
    let broker = bed.broker().unwrap();

    let uptime = || bed.status().and_then(|status| status["broker"]["uptime_s"].as_u64());
    assert!(wait_until(|| uptime().is_none_or(|seconds| seconds >= 3)));
    assert_eq!(bed.broker(), Some(broker), "it has left");

    assert_eq!(bed.shorepass(&["forget", "--all"]).code, 0);
    assert!(wait_until(|| !is_alive(broker)), "it stays with an empty cache");
}

#[test]
fn one_that_was_started_by_name_does_not_leave_when_idle() {
    let bed = Bed::new();
    bed.configure("[broker]\nidle_exit = \"1s\"\n");
    let broker = super::in_foreground(&bed);

    let uptime = || bed.status().and_then(|status| status["broker"]["uptime_s"].as_u64());

    assert!(wait_until(|| uptime().is_none_or(|seconds| seconds >= 3)));
    assert_eq!(bed.broker(), Some(broker.0.id()));
}

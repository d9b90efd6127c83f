//! Slow upstreams and full queues: who waits, and who must not.

use std::{os::unix::net::UnixStream, time::Duration};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::{Aws, Service},
};

use crate::{ECR, alone, client::Client};

#[test]
fn hits_do_not_wait_for_a_slow_upstream_of_others() {
    let _alone = alone();
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();
    let client = client(&bed, &cloud);
    let p99 = || client.time(ECR, 2000)[1979].as_secs_f64();

    // Two rounds of each, the better counts: a disturbed round says nothing about the broker.
    let without = p99().min(p99());
    cloud.knobs().latency(Service::Ecr, Duration::from_secs(20));
    let waiting: Vec<_> = (0..40)
        .map(|number| {
            let helper = bed.start("docker-credential-shorepass", &["get"], &[]);
            let registry = format!("1234567890{number:02}.dkr.ecr.us-east-1.amazonaws.com");
            std::thread::spawn(move || finish(helper, registry.into(), "get"))
        })
        .collect();
    assert!(wait_until(|| bed.counter("exchanges") > 8));
    let with = p99().min(p99());
    cloud.knobs().heal(Service::Ecr);
    let _ = bed.shorepass(&["broker", "stop"]);
    drop(waiting);

    println!("p99 of hits: {:.2} times that without a slow upstream", with / without);
    assert!(with <= 1.5 * without, "{with} {without}");
}

#[test]
fn a_full_house_is_waited_for_and_then_said_in_words() {
    let _alone = alone();
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure("[broker]\nconnections = 4\nrequest_timeout = \"3s\"\n");
    let _ = bed.helper("get", ECR).credential();
    let socket = bed.path("run/shorepass/broker.sock");
    let silent: Vec<_> = (0..4).map(|_| UnixStream::connect(&socket).unwrap()).collect();

    let impatient = bed.helper_in(&[("SHOREPASS_TIMEOUT", "1")], "get", ECR);
    let patient = bed.helper("get", ECR);
    drop(silent);

    assert_eq!(impatient.code, 1);
    assert!(impatient.stdout.contains("the broker did not answer within 1 s"), "{impatient:?}");
    let _ = patient.credential();
}

fn client(bed: &Bed, cloud: &Aws) -> Client {
    let mut variables: std::collections::BTreeMap<String, String> =
        cloud.environment("alice").into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for name in ["HOME", "PATH"] {
        variables.extend(bed.variable(name).map(|value| (name.to_owned(), value)));
    }
    Client { socket: bed.path("run/shorepass/broker.sock"), variables }
}

//! Many helpers at once on a broker that is not running.

use shorepass_tests::{
    bed::{Bed, finish},
    cloud::aws::Aws,
};

use crate::ECR;

#[test]
fn two_hundred_helpers_start_one_broker_and_make_one_upstream_call() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let helpers: Vec<_> = (0..200).map(|_| bed.start("docker-credential-shorepass", &["get"], &[])).collect();
    let answers: Vec<_> = helpers
        .into_iter()
        .map(|helper| finish(helper, ECR.into(), "docker-credential-shorepass").credential())
        .collect();

    assert!(answers.iter().all(|answer| answer == &answers[0]));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    assert_eq!(brokers_of(&bed), 1);
    assert_eq!(bed.counter("requests"), 200);
}

/// Processes that run `shorepassd` on the bed's socket.
fn brokers_of(bed: &Bed) -> usize {
    let socket = format!("SHOREPASS_SOCKET={}", bed.path("run/shorepass/broker.sock").display());
    let is_broker = |entry: std::io::Result<std::fs::DirEntry>| {
        let environ = std::fs::read(entry?.path().join("environ"))?;
        Ok::<_, std::io::Error>(environ.split(|b| *b == 0).any(|variable| variable == socket.as_bytes()))
    };
    std::fs::read_dir("/proc").unwrap().filter_map(|entry| is_broker(entry).ok()).filter(|is| *is).count()
}

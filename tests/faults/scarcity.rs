//! Too few descriptors, too little memory.

use std::{process::Command, time::Duration};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::{Aws, Service},
    programs,
};

use crate::{ECR, HELPER, assert_answered, assert_explained, is_explained, script, timed};

#[test]
fn two_hundred_helpers_on_a_broker_with_sixty_four_descriptors_are_answered() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().latency(Service::Ecr, Duration::from_millis(500));
    let bed = Bed::of(&cloud, "alice");
    let broker = Limited::start(&bed, "ulimit -n 64");

    let (said, took) = timed(|| {
        let helpers: Vec<_> = (0..200).map(|_| bed.start(HELPER, &["get"], &[])).collect();
        helpers.into_iter().map(|helper| finish(helper, ECR.into(), HELPER)).collect::<Vec<_>>()
    });

    let refused: Vec<_> = said.iter().filter(|said| said.code != 0).collect();
    assert!(refused.is_empty(), "{} refused, such as {:?}", refused.len(), refused[0]);
    said.iter().for_each(|said| assert_answered(&cloud, said));
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(bed.broker(), Some(broker.0.id()));
}

#[test]
fn many_registries_at_once_on_a_broker_with_sixty_four_descriptors_are_answered_or_told_why() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let broker = Limited::start(&bed, "ulimit -n 64");
    let regions = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1", "sa-east-1"];

    let helpers: Vec<_> = (0..60).map(|_| bed.start(HELPER, &["get"], &[])).collect();
    let servers = regions.iter().cycle().map(|region| ECR.replace("eu-west-1", region));
    let said: Vec<_> = helpers
        .into_iter()
        .zip(servers)
        .map(|(helper, server)| finish(helper, server.into(), HELPER))
        .collect();

    for said in &said {
        assert!(said.code == 0 || is_explained(said), "{said:?}");
    }
    assert!(said.iter().filter(|said| said.code == 0).count() > 50);
    assert!(wait_until(|| bed.helper("get", ECR).code == 0));
    assert_eq!(bed.broker(), Some(broker.0.id()));
}

#[test]
fn a_worker_without_memory_is_an_error_in_words() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let exchange = programs::program("shorepass-exchange");
    for kibibytes in [1_000, 8_000, 20_000, 60_000] {
        let limit = format!("ulimit -v {kibibytes}\nexec {}", exchange.display());
        let worker = script(&bed, &format!("worker-{kibibytes}"), &limit);
        bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());
        let _ = bed.shorepass(&["broker", "stop"]);

        let (said, took) = timed(|| bed.helper("get", ECR));

        if kibibytes < 20_000 || said.code != 0 {
            assert_explained(&said, &["the exchange worker ended without an answer"]);
        }
        assert!(took < Duration::from_secs(10), "{kibibytes}: {took:?}");
        assert!(bed.broker().is_some());
    }
}

/// A broker in the foreground under a limit of the shell; killed when dropped.
struct Limited(std::process::Child);

impl Limited {
    fn start(bed: &Bed, limit: &str) -> Self {
        let usual = bed.command("shorepassd", &[]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{limit}; exec {}", usual.get_program().display())]).env_clear();
        command.envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stderr(std::process::Stdio::null());
        let broker = Self(command.spawn().unwrap());
        assert!(wait_until(|| bed.broker() == Some(broker.0.id())), "the broker does not come up");
        broker
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

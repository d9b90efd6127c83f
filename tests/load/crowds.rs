//! Crowds of helpers: one broker, and one upstream call a scope.

use std::{collections::BTreeSet, process::Child};

use shorepass_tests::{
    bed::{Bed, finish},
    cloud::aws::Aws,
};

use crate::{ECR, alone};

#[test]
fn five_hundred_helpers_on_a_broker_that_is_not_running_make_one_upstream_call() {
    let _alone = alone();
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let helpers: Vec<Child> =
        (0..500).map(|_| bed.start("docker-credential-shorepass", &["get"], &[])).collect();
    let answers: BTreeSet<_> =
        helpers.into_iter().map(|helper| finish(helper, ECR.into(), "get").credential()).collect();

    assert_eq!(answers.len(), 1);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    assert_eq!(bed.counter("requests"), 500);
}

#[test]
fn five_thousand_helpers_of_fifty_identities_at_ten_registries_make_one_upstream_call_a_scope() {
    let _alone = alone();
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let keys = cloud.environment("alice");
    let profile = |number: usize| {
        let (id, secret) = (&keys["AWS_ACCESS_KEY_ID"], &keys["AWS_SECRET_ACCESS_KEY"]);
        format!("[p{number}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
    };
    bed.write("home/.aws/credentials", &(0..IDENTITIES).map(profile).collect::<String>());
    bed.unset("AWS_ACCESS_KEY_ID").unset("AWS_SECRET_ACCESS_KEY");

    let mut answers = vec![BTreeSet::new(); SCOPES];
    for batch in (0..5000).collect::<Vec<usize>>().chunks(250) {
        let helpers: Vec<(usize, Child)> = batch
            .iter()
            .map(|number| {
                // Every scope early and late, never twice in a row.
                let scope = number * 37 % SCOPES;
                let profile = format!("p{}", scope % IDENTITIES);
                (scope, bed.start("docker-credential-shorepass", &["get"], &[("AWS_PROFILE", &profile)]))
            })
            .collect();
        for (scope, helper) in helpers {
            let registry = format!("12345678901{}.dkr.ecr.eu-west-1.amazonaws.com", scope / IDENTITIES);
            answers[scope].insert(finish(helper, registry.into(), "get").credential());
        }
    }

    assert!(answers.iter().all(|answers| answers.len() == 1));
    assert_eq!(answers.iter().flatten().collect::<BTreeSet<_>>().len(), SCOPES);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), SCOPES);
    assert_eq!(bed.counter("requests"), 5000);
}

const IDENTITIES: usize = 50;
const SCOPES: usize = IDENTITIES * 10;

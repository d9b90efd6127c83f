//! ECR Public, from which everybody may pull, and rules that say what a failure means.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use super::{ALICE, assert_reason, get, owner};
use crate::ECR;

#[test]
fn the_public_registry_is_asked_in_its_only_region() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let said = bed.helper("get", "https://public.ecr.aws");

    assert_eq!(owner(&cloud, &said), ALICE);
    assert_eq!(cloud.audit()[0].region.as_deref(), Some("us-east-1"));
    assert_eq!(bed.helper("get", "ecr-public.aws.com").credential(), said.credential());
    assert_eq!(cloud.count("ecr-public:GetAuthorizationToken"), 1);
}

#[test]
fn without_a_credential_the_public_registry_is_docker_s_not_found() {
    let cloud = Aws::start().unwrap();
    let nobody = Bed::new();
    let alice = Bed::of(&cloud, "alice");
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("sts:GetServiceBearerToken"));

    assert_eq!(nobody.helper("get", PUBLIC), not_found());
    assert_eq!(alice.helper("get", PUBLIC), not_found());
    assert_eq!(cloud.count("ecr-public:GetAuthorizationToken"), 1);
}

#[test]
fn a_rule_wants_the_public_registry_s_reason() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure("[[registry]]\nmatch = \"public.ecr.aws\"\nanonymous = \"never\"\n");
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("sts:GetServiceBearerToken"));

    assert_reason(
        &cloud,
        &bed.helper("get", PUBLIC),
        &[
            &format!("AWS refused: User: {ALICE} is not authorized to perform: sts:GetServiceBearerToken"),
            "; allow the identity `ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`",
        ],
    );
}

#[test]
fn a_rule_lets_a_private_registry_s_failure_pass_for_not_found() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure(&format!("[[registry]]\nmatch = \"{ECR}\"\nanonymous = \"on-failure\"\n"));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);

    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("ecr:GetAuthorizationToken"));
    assert_eq!(bed.helper("erase", ECR).code, 0);
    assert_eq!(get(&bed), not_found());
}

fn not_found() -> Said {
    Said { code: 1, stdout: "credentials not found in native keychain\n".into(), stderr: String::new() }
}

const PUBLIC: &str = "public.ecr.aws";

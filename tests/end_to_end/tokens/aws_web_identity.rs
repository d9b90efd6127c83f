//! An AWS identity that proves itself elsewhere, by a token of STS's.

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Issuer, Times,
        aws::{Aws, Service, World},
    },
};

use super::receiver::{AUDIENCE, Receiver, get, get_anew};
use crate::ruled::assert_reason;

#[test]
fn a_users_keys_sign_for_a_token() {
    let cloud = cloud();
    let (receiver, bed) = caller(&cloud, "");

    assert_eq!(receiver.subject(&get(&bed)), ALICE);
    assert_eq!(cloud.count("sts:GetWebIdentityToken"), 1);
}

#[test]
fn the_roles_of_the_source_are_assumed_first() {
    let cloud = cloud();
    let (receiver, bed) =
        caller(&cloud, &format!("role_arn = \"{ROLE}\"\nlifetime = \"10m\"\nalgorithm = \"ES384\""));

    assert_eq!(receiver.subject(&get(&bed)), ROLE);
}

#[test]
fn sts_is_asked_in_the_region_that_somebody_names() {
    let cloud = cloud();
    let region = || cloud.audit().into_iter().next_back().unwrap().region.unwrap();
    let (receiver, mut bed) = caller(&cloud, "region = \"eu-north-1\"");
    assert_eq!((receiver.subject(&get(&bed)), region()), (ALICE.to_owned(), "eu-north-1".to_owned()));

    receiver.configure(&bed, &source(""));
    assert_eq!((receiver.subject(&get(&bed)), region()), (ALICE.to_owned(), "eu-west-1".to_owned()));
    bed.unset("AWS_REGION").unset("AWS_DEFAULT_REGION");
    assert_eq!((receiver.subject(&get_anew(&bed)), region()), (ALICE.to_owned(), "us-east-1".to_owned()));
}

#[test]
fn an_account_that_has_it_off_gets_the_command_that_turns_it_on() {
    let cloud = Aws::start().unwrap();
    let (_receiver, bed) = caller(&cloud, "");

    assert_reason(
        &get(&bed),
        &["outbound web identity federation is off", "`aws iam enable-outbound-web-identity-federation`"],
    );
}

#[test]
fn whoever_must_not_ask_is_told_the_action() {
    let cloud = cloud();
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("sts:GetWebIdentityToken"));
    let (_receiver, bed) = caller(&cloud, "");

    assert_reason(
        &get(&bed),
        &["AWS refused: User: ", ALICE, "allow the identity `sts:GetWebIdentityToken`"],
    );
}

#[test]
fn the_services_troubles_have_their_words() {
    let refused = |code: &str| Fault::Error(ApiError::new(403, code, "canary"));
    for (fault, words) in [
        (refused("SessionDurationEscalationException"), "would outlive the AWS session"),
        (refused("SessionDurationEscalation"), "a shorter `lifetime`"),
        (refused("ExpiredToken"), "the AWS session has expired"),
        (refused("Throttling"), "STS has had too many requests"),
        (Fault::Garbage, "STS"),
    ] {
        let cloud = cloud();
        cloud.knobs().fail(Service::Sts, fault, Times::UntilHealed);
        let (_receiver, bed) = caller(&cloud, "");

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn a_token_cannot_be_asked_for_by_a_token() {
    let (_receiver, bed) = caller(&cloud(), "token = \"workload\"");

    let said = bed.shorepass(&["config", "check"]);

    assert!(
        said.code != 0 && format!("{}{}", said.stdout, said.stderr).contains("not by another token"),
        "{said:?}"
    );
}

fn cloud() -> Aws {
    Aws::builder().world(World::standard().outbound(Issuer::es256(ISSUER))).start().unwrap()
}

/// Alice, by keys in variables.
fn caller(cloud: &Aws, lines: &str) -> (Receiver, Bed) {
    let issuer = cloud.with_world(|world| world.outbound_issuer().cloned());
    let receiver = Receiver::new(issuer.unwrap_or_else(|| Issuer::es256(ISSUER)), &[ALICE, ROLE]);
    let bed = Bed::of(cloud, "alice");
    receiver.configure(&bed, &source(lines));
    (receiver, bed)
}

fn source(lines: &str) -> String {
    format!("from = \"aws-web-identity\"\naudience = \"{AUDIENCE}\"\n{lines}")
}

const ISSUER: &str = "https://3c52dd6a-e5a7-4b53-9ad3-1d1f1d1a9f5e.tokens.sts.global.api.aws";
const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const ROLE: &str = "arn:aws:iam::123456789012:role/ci-pull";

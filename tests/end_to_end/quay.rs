//! Quay through the helper: a robot's stored token, and a robot that is let in with an OIDC token.
//!
//! The fake verifies the token's issuer, signature, audience and subject as Quay does.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Issuer, Times,
        quay::{Quay, Service},
    },
};

use crate::ruled::{self, assert_reason, is_not_found, life, show, store};

#[test]
fn a_robots_stored_token_is_handed_out_as_it_is() {
    let quay = Quay::start().unwrap();
    let token = quay.with_world(|world| world.find_robot("shore+static").unwrap().token.expose().to_owned());
    let bed = ruled::bed("match = \"quay.shore.example\"\nkind = \"quay\"");

    let before = bed.helper("get", HOST);
    store(&bed, HOST, "shore+static", &token);
    let (username, secret) = bed.helper("get", "https://quay.io/v2/").credential();

    assert!(is_not_found(&before), "{before:?}");
    assert!(quay.is_valid(&username, &secret));
    assert_eq!(quay.counts().len(), 0, "nobody has to be asked");
}

#[test]
fn an_oidc_token_becomes_a_token_of_the_robot() {
    let quay = Quay::start().unwrap();
    let bed = keyless(&quay, "shore+ci", SUBJECT, AUDIENCE);

    let (username, secret) = bed.helper("get", HOST).credential();

    assert_eq!(username, "shore+ci");
    assert!(quay.is_valid(&username, &secret));
}

#[test]
fn it_lives_as_long_as_it_says_of_itself_whatever_the_clock() {
    for ahead_ms in [0, 3 * 3600 * 1000, -3 * 3600 * 1000] {
        let quay = Quay::start().unwrap();
        quay.knobs().clock_ahead_ms(ahead_ms);
        quay.knobs().temporary_token_life(Duration::from_secs(1800));
        let bed = keyless(&quay, "shore+ci", SUBJECT, AUDIENCE);
        let day = Duration::from_secs(24 * 3600);
        show(&bed, &quay.issuer(ISSUER).unwrap().token(SUBJECT, AUDIENCE, day));

        let life = life(&bed, HOST);

        assert!((1740..=1802).contains(&life), "{ahead_ms}: {life}");
    }
}

#[test]
fn a_token_that_quay_does_not_take_is_shown_by_its_claims() {
    let quay = Quay::start().unwrap();
    for (robot, subject, audience) in [
        ("shore+ci", "repo:shore/fork", AUDIENCE),
        ("shore+ci", SUBJECT, "elsewhere"),
        ("shore+static", SUBJECT, AUDIENCE),
        ("shore+nobody", SUBJECT, AUDIENCE),
    ] {
        let bed = keyless(&quay, robot, subject, audience);

        let wanted = [
            &format!("Quay, for the robot `{robot}`, did not take the OIDC token: its issuer is `{ISSUER}`"),
            &format!("its audience `{audience}` and its subject `{subject}`"),
            "`Set robot federation`",
        ];
        assert_reason(&bed.helper("get", HOST), &wanted.map(AsRef::as_ref));
    }
}

#[test]
fn what_is_no_oidc_token_or_an_old_one_is_said_to_be() {
    let quay = Quay::start().unwrap();
    let bed = keyless(&quay, "shore+ci", SUBJECT, AUDIENCE);

    show(&bed, "canary");
    let opaque = bed.helper("get", HOST);
    show(&bed, &quay.issuer(ISSUER).unwrap().token(SUBJECT, AUDIENCE, Duration::ZERO));
    let _ = bed.shorepass(&["refresh", HOST]);
    let old = bed.helper("get", HOST);

    assert_reason(&opaque, &["gives no OIDC token: check what it reads"]);
    assert_reason(&old, &["the token from `file` ended at ", "`date -u`"]);
}

#[test]
fn a_token_of_a_stranger_gets_nothing() {
    let quay = Quay::start().unwrap();
    let bed = keyless(&quay, "shore+ci", SUBJECT, AUDIENCE);
    show(&bed, &Issuer::es256(ISSUER).token(SUBJECT, AUDIENCE, HOUR));

    assert_reason(&bed.helper("get", HOST), &["did not take the OIDC token"]);
    assert_eq!(quay.issued().count(), 0);
}

#[test]
fn a_rule_without_a_robot_is_told_what_is_missing() {
    let quay = Quay::start().unwrap();
    let bed = ruled::bed(&format!("match = \"{HOST}\"\nidentity = \"ci\"\nendpoint = \"{}\"", quay.url()));

    assert_reason(&bed.helper("get", HOST), &["names no robot", "`robot = \"team+puller\"`"]);
    assert_eq!(quay.counts().len(), 0);
}

#[test]
fn what_federates_nobody_is_said_to() {
    let quay = Quay::start().unwrap();
    let elsewhere = format!("{}/elsewhere", quay.url());
    let bed = ruled::bed(&rule("shore+ci", &elsewhere));
    show(&bed, &quay.issuer(ISSUER).unwrap().token(SUBJECT, AUDIENCE, HOUR));

    assert_reason(&bed.helper("get", HOST), &["`quay.io` does not federate robots (HTTP 404)"]);
}

#[test]
fn quays_troubles_have_their_words() {
    let odd = || Fault::Error(ApiError::new(418, "TEAPOT", "canary"));
    for (fault, words) in [
        (Fault::Throttle(Duration::from_secs(60)), "Quay has had too many requests"),
        (Fault::Busy(Duration::from_secs(60)), "Quay has a fault of its own (HTTP 503)"),
        (Fault::Garbage, "the answer of Quay makes no sense"),
        (Fault::Huge(2 * 1024 * 1024), "the answer of Quay makes no sense"),
        (odd(), "Quay answered with HTTP 418"),
    ] {
        let quay = Quay::start().unwrap();
        quay.knobs().fail(Service::Federation, fault, Times::UntilHealed);
        let bed = keyless(&quay, "shore+ci", SUBJECT, AUDIENCE);

        assert_reason(&bed.helper("get", HOST), &[words]);
    }
}

#[test]
fn explain_says_what_is_not_narrowed() {
    let bed = ruled::bed("match = \"quay.io\"\naccess = \"pull\"\nrepositories = [\"shore/app\"]");

    let notes = bed.shorepass(&["explain", "--json", HOST]).json()["notes"].to_string();

    assert!(notes.contains("`access = \\\"pull\\\"` is not enforced for Quay"), "{notes}");
    assert!(notes.contains("`repositories` is not enforced for Quay"), "{notes}");
}

fn keyless(quay: &Quay, robot: &str, subject: &str, audience: &str) -> Bed {
    let bed = ruled::bed(&rule(robot, &quay.url()));
    show(&bed, &quay.issuer(ISSUER).unwrap().token(subject, audience, HOUR));
    bed
}

fn rule(robot: &str, endpoint: &str) -> String {
    format!("match = \"{HOST}\"\nidentity = \"ci\"\nrobot = \"{robot}\"\nendpoint = \"{endpoint}\"")
}

const HOST: &str = "quay.io";
const ISSUER: &str = "https://ci.example";
const SUBJECT: &str = "repo:shore/app";
const AUDIENCE: &str = "quay.example";
const HOUR: Duration = Duration::from_secs(3600);

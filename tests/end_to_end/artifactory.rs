//! Artifactory through the helper: stored logins, and access tokens for OIDC tokens.
//!
//! The fake verifies the token and the identity mapping as the JFrog platform does.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Times,
        artifactory::{Artifactory, Service},
    },
};

use crate::ruled::{self, assert_reason, is_not_found, life, show, store};

#[test]
fn a_stored_login_is_handed_out_as_it_is() {
    let bed = ruled::bed("match = \"docker.shore.example\"\nkind = \"artifactory\"");

    let before = bed.helper("get", HOST);
    store(&bed, HOST, "alice", "an identity token");

    assert!(is_not_found(&before), "{before:?}");
    assert_eq!(bed.helper("get", HOST).credential(), ("alice".into(), "an identity token".into()));
}

#[test]
fn an_oidc_token_becomes_an_access_token_of_the_mapped_user() {
    let jfrog = Artifactory::start().unwrap();
    let bed = keyless(&jfrog, SUBJECT, AUDIENCE, "");

    let (username, secret) = bed.helper("get", HOST).credential();

    assert_eq!(username, "ci-shore");
    assert!(jfrog.is_valid(&username, &secret));
    assert!((3540..=3600).contains(&life(&bed, HOST)));
}

#[test]
fn the_user_is_read_from_the_token_where_the_answer_does_not_name_one() {
    let jfrog = Artifactory::start().unwrap();
    jfrog.knobs().omit_username(true);
    let bed = keyless(&jfrog, SUBJECT, AUDIENCE, "");

    let (username, secret) = bed.helper("get", HOST).credential();

    assert_eq!(username, "ci-shore");
    assert!(jfrog.is_valid(&username, &secret));
}

#[test]
fn the_life_is_the_answers() {
    let jfrog = Artifactory::start().unwrap();
    jfrog.knobs().token_life(Some(Duration::from_secs(900)));
    let bed = keyless(&jfrog, SUBJECT, AUDIENCE, "");

    assert!((840..=900).contains(&life(&bed, HOST)));
}

#[test]
fn mapping_and_audience_of_the_rule_are_asked_for() {
    let jfrog = Artifactory::start().unwrap();
    let named = keyless(&jfrog, SUBJECT, AUDIENCE, "identity_mapping = \"shore\"\naudience = \"jfrog-ci\"");
    let other_mapping = keyless(&jfrog, SUBJECT, AUDIENCE, "identity_mapping = \"nobody\"");
    let other_audience = keyless(&jfrog, SUBJECT, AUDIENCE, "audience = \"elsewhere\"");

    assert_eq!(named.helper("get", HOST).credential().0, "ci-shore");
    for refused in [other_mapping, other_audience] {
        assert_reason(&refused.helper("get", HOST), &["by the OIDC integration `ci`, did not take"]);
    }
}

#[test]
fn a_token_that_jfrog_does_not_take_is_shown_by_its_claims() {
    let jfrog = Artifactory::start().unwrap();
    for (subject, audience) in [("repo:shore/fork", AUDIENCE), (SUBJECT, "elsewhere")] {
        let bed = keyless(&jfrog, subject, audience, "");

        let wanted = [
            &format!("did not take the OIDC token: its issuer is `{ISSUER}`"),
            &format!("its audience `{audience}` and its subject `{subject}`"),
            "an identity mapping fits the claims",
        ];
        assert_reason(&bed.helper("get", HOST), &wanted.map(AsRef::as_ref));
    }
    assert_eq!(jfrog.issued().count(), 0);
}

#[test]
fn an_integration_that_is_not_there_is_named() {
    let jfrog = Artifactory::start().unwrap();
    let bed = ruled::bed(&rule(&jfrog.url(), "provider = \"nobody\""));
    show(&bed, &jfrog.issuer(ISSUER).unwrap().token(SUBJECT, AUDIENCE, HOUR));
    let without = ruled::bed(&rule(&jfrog.url(), ""));

    let wanted = ["knows no OIDC integration `nobody` (HTTP 404)", "`endpoint = \"https://NAME.jfrog.io\"`"];
    assert_reason(&bed.helper("get", HOST), &wanted);
    assert_reason(&without.helper("get", HOST), &["names no OIDC integration", "`provider = \"NAME\"`"]);
}

#[test]
fn jfrogs_troubles_have_their_words() {
    for (fault, words) in [
        (Fault::Throttle(Duration::from_secs(60)), "JFrog has had too many requests"),
        (Fault::Busy(Duration::from_secs(60)), "JFrog has a fault of its own (HTTP 503)"),
        (Fault::Garbage, "the answer of JFrog makes no sense"),
        (Fault::Error(ApiError::new(415, "x", "canary")), "JFrog answered with HTTP 415"),
    ] {
        let jfrog = Artifactory::start().unwrap();
        jfrog.knobs().fail(Service::Exchange, fault, Times::UntilHealed);
        let bed = keyless(&jfrog, SUBJECT, AUDIENCE, "");

        assert_reason(&bed.helper("get", HOST), &[words]);
    }
}

#[test]
fn a_token_that_has_ended_when_it_comes_is_none() {
    let jfrog = Artifactory::start().unwrap();
    jfrog.knobs().token_life(Some(Duration::ZERO));
    let bed = keyless(&jfrog, SUBJECT, AUDIENCE, "");

    assert_reason(&bed.helper("get", HOST), &["the token that JFrog gave had ended"]);
}

fn keyless(jfrog: &Artifactory, subject: &str, audience: &str, keys: &str) -> Bed {
    let bed = ruled::bed(&rule(&jfrog.url(), &format!("provider = \"ci\"\n{keys}")));
    show(&bed, &jfrog.issuer(ISSUER).unwrap().token(subject, audience, HOUR));
    bed
}

fn rule(endpoint: &str, keys: &str) -> String {
    format!("match = \"{HOST}\"\nidentity = \"ci\"\nendpoint = \"{endpoint}\"\n{keys}")
}

const HOST: &str = "shore.jfrog.io";
const ISSUER: &str = "https://ci.example";
const SUBJECT: &str = "repo:shore/app";
const AUDIENCE: &str = "jfrog-ci";
const HOUR: Duration = Duration::from_secs(3600);

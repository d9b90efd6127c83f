//! The exchange of ID tokens: what is let in, and everything that is not.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::cloud::{Fault, Times};

#[test]
fn an_exchanged_token_is_a_login_of_the_organisation_for_its_rulesets() {
    let bench = Bench::new();

    let token = token(&exchange(&bench, &good(&bench)));

    assert_eq!(bench.site.standing("shoreteam", &token), Standing::Good);
    assert_eq!(bench.site.standing("alice", &token), Standing::Unknown);
    assert_eq!(bench.login(Some(("shoreteam", &token)), "repository:shoreteam/app:pull,push").status, 200);
    for (repository, action, is_allowed) in [
        ("shoreteam/app", "pull", true),
        ("shoreteam/app", "push", true),
        ("shoreteam/tools", "pull", false),
        ("library/alpine", "pull", true),
    ] {
        assert_eq!(bench.site.allows(&token, repository, action), is_allowed, "{repository} {action}");
    }
}

#[test]
fn only_the_matching_rulesets_are_merged() {
    let bench = Bench::new();

    let branch =
        token(&exchange(&bench, &with(&bench, "subject_token", &id_token(&bench, BRANCH, AUDIENCE))));

    assert!(bench.site.allows(&branch, "shoreteam/app", "pull"));
    assert!(!bench.site.allows(&branch, "shoreteam/app", "push"));
}

#[test]
fn a_token_ends_when_it_was_asked_to() {
    let bench = Bench::new();
    let token = token(&exchange(&bench, &with(&bench, "expires_in", "600")));

    bench.site.knobs.clock_ahead_ms(599_000);
    let before = bench.site.standing("shoreteam", &token);
    bench.site.knobs.clock_ahead_ms(601_000);
    let afterwards = bench.site.standing("shoreteam", &token);

    assert_eq!((before, afterwards), (Standing::Good, Standing::Expired));
}

#[test]
fn whoever_is_not_let_in_hears_401_without_a_word() {
    let bench = Bench::new();
    let stranger = Issuer::rs256(GITHUB_ISSUER).token(CI_SUBJECT, AUDIENCE, HOUR);
    let other_issuer = {
        let claims =
            json!({ "iss": "https://gitlab.com", "aud": AUDIENCE, "sub": CI_SUBJECT, "exp": u64::MAX });
        bench.site.world().issuer.sign(&claims)
    };
    let over = {
        let claims = json!({ "iss": GITHUB_ISSUER, "aud": AUDIENCE, "sub": CI_SUBJECT, "exp": 1 });
        bench.site.world().issuer.sign(&claims)
    };

    for bad in [
        stranger,
        other_issuer,
        over,
        "no-jwt".to_owned(),
        id_token(&bench, CI_SUBJECT, "https://hub.docker.com"),
        id_token(&bench, "repo:somebody/else:ref:refs/heads/main", AUDIENCE),
    ] {
        let reply = exchange(&bench, &with(&bench, "subject_token", &bad));
        assert_eq!((reply.status, reply.body.len()), (401, 0), "{bad}");
    }
    let unknown = "00000000-0000-4000-a000-000000000000";
    assert_eq!(exchange(&bench, &with(&bench, "connection_id", unknown)).status, 401);
    bench.site.world().connection_mut(CONNECTION).unwrap().is_active = false;
    assert_eq!(exchange(&bench, &good(&bench)).status, 401);
}

#[test]
fn what_is_malformed_is_told() {
    let bench = Bench::new();

    for (name, value) in [
        ("grant_type", "password"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("subject_token", ""),
        ("connection_id", "shoreteam"),
        ("expires_in", "299"),
        ("expires_in", "21601"),
        ("expires_in", "1h"),
        ("expires_in", ""),
    ] {
        let reply = exchange(&bench, &with(&bench, name, value));
        assert_eq!(reply.status, 400, "{name}={value}");
        assert!(json(&reply)["error"].is_string(), "{name}={value}");
    }
}

#[test]
fn nothing_but_the_token_is_said_unless_a_test_wants_it() {
    let bench = Bench::new();

    let plain = json(&exchange(&bench, &good(&bench)));
    bench.site.knobs.tell_keyless_life(true);
    bench.site.knobs.keyless_life(Some(Duration::from_secs(7)));
    let told = json(&exchange(&bench, &good(&bench)));

    assert_eq!(plain.as_object().unwrap().len(), 1);
    assert_eq!(told["expires_in"], 7);
}

#[test]
fn at_an_address_of_its_own_the_grant_tells_the_exchange_from_the_sign_in() {
    let bench = Bench::new();
    let fields = good(&bench);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();

    assert_eq!(bench.post("127.0.0.1:5000", "/oauth/token", &fields).status, 200);
    assert_eq!(bench.post("login.docker.com", "/oauth/token", &fields).status, 400);
}

#[test]
fn a_throttled_exchange_says_when_to_come_back() {
    let bench = Bench::new();
    bench.site.knobs.fail(Service::Identity, Fault::Throttle(Duration::from_secs(3)), Times::Next(1));

    let throttled = exchange(&bench, &good(&bench));

    assert_eq!((throttled.status, header(&throttled, "retry-after")), (429, Some("3")));
    assert_eq!(exchange(&bench, &good(&bench)).status, 200);
}

fn good(bench: &Bench) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", operation::EXCHANGE_GRANT.into()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token".into()),
        ("subject_token", id_token(bench, CI_SUBJECT, AUDIENCE)),
        ("connection_id", CONNECTION.into()),
        ("expires_in", "300".into()),
    ]
}

fn with(bench: &Bench, name: &str, value: &str) -> Vec<(&'static str, String)> {
    let mut fields = good(bench);
    for (known, old) in &mut fields {
        if *known == name {
            *old = value.into();
        }
    }
    fields
}

fn exchange(bench: &Bench, fields: &[(&'static str, String)]) -> Reply {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bench.post("identity.docker.com", "/oauth/token", &fields)
}

fn id_token(bench: &Bench, subject: &str, audience: &str) -> String {
    bench.site.world().issuer.token(subject, audience, HOUR)
}

fn token(reply: &Reply) -> String {
    json(reply)["access_token"].as_str().unwrap().to_owned()
}

const BRANCH: &str = "repo:shorepass/images:ref:refs/heads/topic";
const HOUR: Duration = Duration::from_secs(3600);

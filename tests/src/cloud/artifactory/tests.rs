//! The exchange through the front door, as clients would find it.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::*;
use crate::{
    cloud::{
        Fault, Times,
        http::{Reply, Service as _, request},
        issuer::claims_unverified,
        stand::{Front, Standard as _},
    },
    registry::admission::Standing,
};

#[test]
fn a_mapped_token_gets_an_access_token_for_the_mappings_life() {
    let bench = Bench::new();

    let reply = bench.exchange(&json!({ "subject_token": bench.token("repo:shore/app", "jfrog-ci") }));

    let body = body(&reply);
    let token = body["access_token"].as_str().unwrap();
    let claims = claims_unverified(token).unwrap();
    assert_eq!(
        (reply.status, &body["username"], &body["expires_in"]),
        (200, &json!("ci-shore"), &json!(3600))
    );
    assert!(claims["sub"].as_str().unwrap().ends_with("/users/ci-shore"));
    assert_eq!(bench.site.issued.find_live(token).unwrap().subject, "repo:shore/app");
    bench.site.knobs.clock_ahead_ms(3601 * 1000);
    assert_eq!(bench.site.issued.find_live(token), None);
}

#[test]
fn every_other_token_is_refused() {
    let bench = Bench::new();
    let hour = Duration::from_secs(3600);
    let issuer = bench.site.world().find_issuer("https://ci.example").unwrap().clone();
    let old = issuer.sign(&json!({ "iss": issuer.url(), "sub": "s", "aud": "jfrog-ci", "exp": 1 }));
    let evil = Issuer::es256("https://evil.example");

    for (token, status) in [
        (bench.token("repo:shore/app", "other"), 401),
        (bench.token("repo:shore/app2", "jfrog-ci"), 403),
        (issuer.rotated().token("repo:shore/app", "jfrog-ci", hour), 401),
        (evil.token("repo:shore/app", "jfrog-ci", hour), 401),
        (old, 401),
        ("no-jwt".into(), 401),
    ] {
        let reply = bench.exchange(&json!({ "subject_token": token }));
        let error = body(&reply)["errors"][0].clone();
        assert_eq!((reply.status, &error["status"]), (status, &json!(status)), "{error}");
        assert!(error["message"].is_string());
    }
    assert_eq!(bench.site.issued.count(), 0);
}

#[test]
fn what_is_missing_or_unknown_in_the_request_is_refused() {
    let bench = Bench::new();
    let token = bench.token("repo:shore/app", "jfrog-ci");
    let status = |key: &str, value: &str| {
        let mut asked = json!({ "subject_token": token });
        asked[key] = value.into();
        bench.exchange(&asked).status
    };

    assert_eq!(status("grant_type", "client_credentials"), 400);
    assert_eq!(status("subject_token_type", "jwt"), 400);
    assert_eq!(status("subject_token", ""), 400);
    assert_eq!(status("provider_name", ""), 400);
    assert_eq!(status("provider_name", "nobody"), 404);
    assert_eq!(status("identity_mapping_name", "nobody"), 403);
    assert_eq!(status("audience", "other"), 401);
    assert_eq!(status("identity_mapping_name", "shore"), 200);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(bench.front.answer(&request("POST", PATH, &form, "grant_type=x")).status, 415);
    assert_eq!(bench.front.answer(&request("GET", PATH, &[], "")).status, 405);
}

#[test]
fn lives_names_and_reference_tokens_are_as_ordered() {
    let bench = Bench::new();
    bench.site.knobs.token_life(Some(Duration::from_secs(60)));
    bench.site.knobs.omit_username(true);
    let token = bench.token("repo:shore/app", "jfrog-ci");

    let body = body(&bench.exchange(&json!({ "subject_token": token, "include_reference_token": true })));

    let reference = body["reference_token"].as_str().unwrap();
    assert_eq!((&body["expires_in"], body.get("username")), (&json!(60), None));
    assert_eq!(bench.site.issued.find_live(reference).unwrap().username, "ci-shore");
}

#[test]
fn a_fault_speaks_the_platforms_words() {
    let bench = Bench::new();
    bench.site.knobs.fail(Service::Exchange, Fault::Throttle(Duration::from_secs(3)), Times::Next(1));

    let reply = bench.exchange(&json!({}));

    assert_eq!((reply.status, &body(&reply)["errors"][0]["status"]), (429, &json!(429)));
}

#[test]
fn a_registry_hears_whether_a_login_counts() {
    let bench = Bench::new();
    let book = admission::of(bench.site.clone());
    let reply = bench.exchange(&json!({ "subject_token": bench.token("repo:shore/app", "jfrog-ci") }));
    let token = body(&reply)["access_token"].as_str().unwrap().to_owned();

    assert_eq!(book.standing("ci-shore", &token), Standing::Good);
    assert_eq!(book.standing("another", &token), Standing::Unknown);
    bench.site.issued.revoke_all();
    assert_eq!(book.standing("ci-shore", &token), Standing::Expired);
    assert!(!book.allows(&token, "team/app", "pull"));
}

struct Bench {
    site: Arc<State>,
    front: Front<Office>,
}

impl Bench {
    fn new() -> Self {
        let site = Arc::new(State::new(World::standard(), true));
        Self { front: Front::new(site.clone()), site }
    }

    fn token(&self, subject: &str, audience: &str) -> String {
        let issuer = self.site.world().find_issuer("https://ci.example").unwrap().clone();
        issuer.token(subject, audience, Duration::from_secs(300))
    }

    /// A complete request, with these fields instead.
    fn exchange(&self, fields: &Value) -> Reply {
        let mut asked = json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "provider_name": "ci",
        });
        for (name, value) in fields.as_object().unwrap() {
            asked[name] = value.clone();
        }
        let headers = [("content-type", "application/json")];
        self.front.answer(&request("POST", PATH, &headers, &asked.to_string()))
    }
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

const PATH: &str = "/access/api/v1/oidc/token";

//! Every service through the front door, as clients would find it.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    cloud::{
        http::{Reply, Service as _, request},
        issuer::claims_unverified,
        stand::{Front, Standard as _},
    },
    registry::admission::Standing,
};

#[test]
fn a_token_of_the_agreed_issuer_and_subject_gets_a_robots_token_for_an_hour() {
    let bench = Bench::new();

    let reply = bench.federate("shore+ci", &bench.token("repo:shore/app", "quay.example"));

    let token = body(&reply)["token"].as_str().unwrap().to_owned();
    let claims = claims_unverified(&token).unwrap();
    assert_eq!((reply.status, &claims["sub"]), (200, &json!("shore+ci")));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
    assert!(registry::is_good(&bench.site, "shore+ci", &token));
    assert!(!registry::is_good(&bench.site, "shore+static", &token), "it is one robot's");
    bench.site.knobs.clock_ahead_ms(3601 * 1000);
    assert!(!registry::is_good(&bench.site, "shore+ci", &token));
}

#[test]
fn every_other_token_is_refused_with_a_reason() {
    let bench = Bench::new();
    let good = bench.token("repo:shore/app", "quay.example");
    let issuer = bench.site.world().issuers()[0].clone();
    let evil = Issuer::es256("https://evil.example");
    let hour = Duration::from_secs(3600);
    let old = json!({ "iss": issuer.url(), "sub": "repo:shore/app", "aud": "quay.example", "exp": 1 });

    for (robot, token, why) in [
        ("shore+ci", bench.token("repo:shore/app2", "quay.example"), "Token does not match robot"),
        ("shore+ci", bench.token("repo:shore/*", "quay.example"), "Token does not match robot"),
        ("shore+ci", bench.token("repo:shore/app", "other"), "Audience doesn't match"),
        ("shore+ci", issuer.rotated().token("repo:shore/app", "quay.example", hour), "signature is invalid"),
        ("shore+ci", issuer.sign(&old), "expired"),
        ("shore+ci", evil.token("repo:shore/app", "quay.example", hour), "not configured for this robot"),
        ("shore+ci", "no-jwt".into(), "does not contain issuer"),
        ("shore+static", good.clone(), "federated login configured"),
        ("shore+nobody", good.clone(), "Could not find robot"),
        ("shore", good.clone(), "Invalid robot"),
    ] {
        let reply = bench.federate(robot, &token);
        let error = body(&reply)["error"].as_str().unwrap_or_default().to_owned();
        assert!(reply.status == 401 && error.contains(why), "{robot} {why}: {} {error}", reply.status);
    }
    assert_eq!(bench.send("GET", FEDERATION, None).status, 401);
    assert_eq!(bench.send("POST", FEDERATION, Some(("shore+ci", &good))).status, 405);
    assert_eq!(bench.site.issued.count(), 0);
}

#[test]
fn without_agreed_audiences_the_audience_is_not_looked_at() {
    let bench = Bench::new();
    bench.site.world().robot_mut("shore+ci").unwrap().federation[0].audiences.clear();

    assert_eq!(bench.federate("shore+ci", &bench.token("repo:shore/app", "any")).status, 200);
}

#[test]
fn the_token_service_takes_both_tokens_of_a_robot_and_grants_its_rights() {
    let bench = Bench::new();
    let own = bench.site.world().find_robot("shore+static").unwrap().token.expose().to_owned();
    let reply = bench.federate("shore+ci", &bench.token("repo:shore/app", "quay.example"));
    let temporary = body(&reply)["token"].as_str().unwrap().to_owned();
    let granted = |login| {
        let reply = bench.send("GET", &format!("{AUTH}&scope=repository:shore/app:pull,push"), Some(login));
        claims_unverified(body(&reply)["token"].as_str().unwrap()).unwrap()["access"][0]["actions"].clone()
    };

    assert_eq!(granted(("shore+static", &own)), json!(["pull"]));
    assert_eq!(granted(("shore+ci", &temporary)), json!(["pull", "push"]));
    assert_eq!(bench.send("GET", AUTH, Some(("shore+ci", &own))).status, 401);
    assert_eq!(bench.send("GET", AUTH, None).status, 401);
    assert_eq!(bench.send("POST", AUTH, Some(("shore+static", &own))).status, 405);
    assert_eq!(bench.send("GET", &format!("{AUTH}&scope=odd"), Some(("shore+static", &own))).status, 400);
}

#[test]
fn the_challenge_names_the_token_service_and_a_bearer_token_answers_it() {
    let bench = Bench::new();
    let own = bench.site.world().find_robot("shore+static").unwrap().token.expose().to_owned();
    let token = body(&bench.send("GET", AUTH, Some(("shore+static", &own))))["token"].clone();
    let bearer = format!("Bearer {}", token.as_str().unwrap());

    let reply = bench.send("GET", "/v2/", None);
    let known = bench.front.answer(&request("GET", "/v2/", &[("authorization", &bearer)], ""));

    let challenge = "Bearer realm=\"https://quay.example/v2/auth\",service=\"quay.example\"";
    assert!(reply.headers.contains(&("www-authenticate", challenge.to_owned())));
    assert_eq!((reply.status, known.status), (401, 200));
}

#[test]
fn a_registry_hears_how_a_login_stands_and_what_it_may_do() {
    let bench = Bench::new();
    let book = admission::of(bench.site.clone());
    bench.site.knobs.temporary_token_life(Duration::from_secs(60));
    let reply = bench.federate("shore+ci", &bench.token("repo:shore/app", "quay.example"));
    let token = body(&reply)["token"].as_str().unwrap().to_owned();

    assert_eq!(book.standing("shore+ci", &token), Standing::Good);
    assert!(book.allows(&token, "shore/app", "push") && !book.allows(&token, "shore/other", "pull"));
    bench.site.knobs.clock_ahead_ms(61_000);
    assert_eq!(book.standing("shore+ci", &token), Standing::Expired);
    assert_eq!(book.standing("shore+ci", "wrong"), Standing::Unknown);
    assert!(!book.allows(&token, "shore/app", "push"));
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
        self.site.world().issuers()[0].token(subject, audience, Duration::from_secs(300))
    }

    fn federate(&self, robot: &str, token: &str) -> Reply {
        self.send("GET", FEDERATION, Some((robot, token)))
    }

    fn send(&self, method: &str, target: &str, login: Option<(&str, &str)>) -> Reply {
        let basic = login.map(|(name, password)| {
            format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))
        });
        let mut headers = vec![("host", "quay.example")];
        headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
        self.front.answer(&request(method, target, &headers, ""))
    }
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

const FEDERATION: &str = "/oauth2/federation/robot/token";
const AUTH: &str = "/v2/auth?service=quay.example";

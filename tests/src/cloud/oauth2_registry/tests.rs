//! Both ways to a token, and the ways to none, through the front door.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::cloud::{
    http::{Reply, Service as _, form::encode, request},
    issuer::claims_unverified,
    stand::{Front, Standard as _},
};

#[test]
fn a_login_gets_a_token_and_on_demand_a_refresh_token() {
    let bench = Bench::new();

    let plain = body(&bench.get(&format!("{TOKEN}&scope=repository:team/app:pull,push"), Some(MATE)));
    let offline = body(&bench.get(&format!("{TOKEN}&offline_token=true"), Some(MATE)));

    let claims = claims_unverified(plain["token"].as_str().unwrap()).unwrap();
    assert_eq!((&plain["token"], &plain["expires_in"]), (&plain["access_token"], &json!(300)));
    assert_eq!(
        (&claims["aud"], &claims["access"][0]["actions"]),
        (&json!(challenge::SERVICE), &json!(["pull"]))
    );
    assert_eq!(plain.get("refresh_token"), None);
    let refresh = offline["refresh_token"].as_str().unwrap();
    assert_eq!(bench.site.refresh.find_live(refresh).as_deref(), Some("mate"));
}

#[test]
fn a_refresh_token_gets_tokens_until_it_ends_or_its_owner_goes() {
    let bench = Bench::new();
    let given = body(&bench.grant(&[
        ("grant_type", "password"),
        ("username", "mate"),
        ("password", MATE.1),
        OFFLINE,
    ]));
    let refresh = given["refresh_token"].as_str().unwrap().to_owned();
    let again = || bench.grant(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);

    let first = body(&again());
    bench.site.knobs.clock_ahead_ms(31 * 24 * 3600 * 1000);
    let late = again().status;
    bench.site.knobs.clock_ahead_ms(0);
    bench.site.world().remove_user("mate");

    assert_eq!((&first["refresh_token"], first.get("token")), (&json!(refresh), None));
    assert_eq!(bench.site.bearer.subject(first["access_token"].as_str().unwrap()).as_deref(), Some("mate"));
    assert_eq!((late, again().status), (401, 401));
}

#[test]
fn a_grant_without_offline_access_brings_no_refresh_token() {
    let bench = Bench::new();

    let reply = bench.grant(&[("grant_type", "password"), ("username", "mate"), ("password", MATE.1)]);

    assert_eq!((reply.status, body(&reply).get("refresh_token")), (200, None));
}

#[test]
fn what_is_wrong_or_missing_is_refused() {
    let bench = Bench::new();
    let login = [("grant_type", "password"), ("username", "mate"), ("password", MATE.1)];
    let code = |fields: &[(&str, &str)]| {
        let reply = bench.post("/token", &form(fields));
        (reply.status, body(&reply)["error"].as_str().unwrap_or_default().to_owned())
    };
    let service = ("service", challenge::SERVICE);
    let client = ("client_id", "test");
    let with = |more: &[(&'static str, &'static str)]| code(&[&login[..], more].concat());

    assert_eq!(with(&[service]), (400, "invalid_request".into()));
    assert_eq!(with(&[client]), (400, "invalid_request".into()));
    assert_eq!(with(&[("service", "other"), client]), (400, "invalid_request".into()));
    assert_eq!(
        with(&[service, client, ("scope", "a:b:c"), ("scope", "d:e:f")]),
        (400, "invalid_request".into())
    );
    assert_eq!(code(&[service, client]), (400, "invalid_request".into()));
    assert_eq!(code(&[service, client, ("grant_type", "x")]), (400, "unsupported_grant_type".into()));
    let wrong = [service, client, ("grant_type", "password"), ("username", "mate"), ("password", "wrong")];
    assert_eq!(code(&wrong), (401, "invalid_grant".into()));
    let unknown = [service, client, ("grant_type", "refresh_token"), ("refresh_token", "x")];
    assert_eq!(code(&unknown), (401, "invalid_grant".into()));
    assert_eq!(bench.get(TOKEN, None).status, 401);
    assert_eq!(bench.get(TOKEN, Some(("mate", "wrong"))).status, 401);
    assert_eq!(bench.get("/token?service=other", Some(MATE)).status, 400);
}

#[test]
fn post_can_be_missing_or_forbidden_and_get_is_answered_still() {
    let bench = Bench::new();
    let login = [("grant_type", "password"), ("username", "mate"), ("password", MATE.1)];

    for (post, status) in [(Post::NotFound, 404), (Post::NotAllowed, 405)] {
        bench.site.knobs.post(post);
        assert_eq!((bench.grant(&login).status, bench.get(TOKEN, Some(MATE)).status), (status, 200));
    }
}

#[test]
fn an_awkward_realm_must_keep_its_query() {
    let bench = Bench::new();
    bench.site.knobs.challenge(Challenge::Awkward);

    let asked = bench.get("/v2/", None);
    let lost = bench.get(TOKEN, Some(MATE)).status;
    let kept = bench.get(&format!("{TOKEN}&harbour=a%2Cb%3D1"), Some(MATE)).status;

    let header = asked.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap().1.clone();
    assert!(header.contains("bEARER") && header.contains("/token?harbour=a%2Cb%3D1\""), "{header}");
    assert_eq!((asked.status, lost, kept), (401, 400, 200));
}

#[test]
fn a_bearer_token_answers_the_challenge_for_its_life() {
    let bench = Bench::new();
    bench.site.knobs.token_life(Duration::from_secs(120));
    let token = body(&bench.get(TOKEN, Some(MATE)))["token"].as_str().unwrap().to_owned();
    let status = || bench.send("GET", "/v2/", &[("authorization", &format!("bearer {token}"))], "").status;

    let before = status();
    bench.site.knobs.clock_ahead_ms(121_000);

    assert_eq!((before, status()), (200, 401));
}

#[test]
fn a_token_whose_life_is_unsaid_lasts_a_minute() {
    let bench = Bench::new();
    bench.site.knobs.omit_life(true);

    let body = body(&bench.get(TOKEN, Some(MATE)));

    bench.site.knobs.clock_ahead_ms(61_000);
    assert_eq!(body.get("expires_in"), None);
    assert_eq!(bench.site.bearer.subject(body["token"].as_str().unwrap()), None);
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

    fn get(&self, target: &str, login: Option<(&str, &str)>) -> Reply {
        let basic = login.map(|(name, password)| {
            format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))
        });
        let headers: Vec<_> = basic.iter().map(|basic| ("authorization", basic.as_str())).collect();
        self.send("GET", target, &headers, "")
    }

    /// With `service` and `client_id`.
    fn grant(&self, fields: &[(&str, &str)]) -> Reply {
        let common = [("service", challenge::SERVICE), ("client_id", "test")];
        self.post("/token", &form(&[fields, &common[..]].concat()))
    }

    fn post(&self, target: &str, body: &str) -> Reply {
        self.send("POST", target, &[("content-type", "application/x-www-form-urlencoded")], body)
    }

    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let host = [("host", "registry.example:5000")];
        self.front.answer(&request(method, target, &[&host, headers].concat(), body))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

const MATE: (&str, &str) = ("mate", "the mate's");
const OFFLINE: (&str, &str) = ("access_type", "offline");
const TOKEN: &str = "/token?service=registry.example:5000";

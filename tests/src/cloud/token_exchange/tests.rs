//! The exchange through the front door, as clients would find it.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    cloud::{
        http::{Reply, Service as _, form::encode, request},
        stand::{Front, Standard as _},
    },
    registry::admission::Standing,
};

#[test]
fn a_subject_token_gets_an_access_token_for_its_targets_and_scope() {
    let bench = Bench::new();

    let reply = bench.exchange(&[("audience", "registry.example"), ("scope", "pull")]);

    let body = body(&reply);
    let issued = bench.site.issued.find_live(body["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(
        (reply.status, &body["token_type"], &body["expires_in"]),
        (200, &json!("Bearer"), &json!(3600))
    );
    assert_eq!(body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!(body.get("scope"), None, "it is what was asked for");
    assert_eq!((issued.subject.as_str(), issued.scope), ("repo:shore/app", vec!["pull".to_owned()]));
    assert_eq!(issued.targets, ["registry.example"]);
}

#[test]
fn what_is_missing_twice_or_not_supported_is_refused_in_the_rfcs_words() {
    let bench = Bench::new();

    for (field, value, code) in [
        ("grant_type", "", "invalid_request"),
        ("grant_type", "client_credentials", "unsupported_grant_type"),
        ("subject_token", "", "invalid_request"),
        ("subject_token", "no-jwt", "invalid_request"),
        ("subject_token_type", "", "invalid_request"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2", "invalid_request"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:saml2", "invalid_request"),
        ("actor_token", "alone", "invalid_request"),
        ("audience", "other.example", "invalid_target"),
        ("resource", "registry.example", "invalid_target"),
        ("resource", "https://registry.example/#part", "invalid_target"),
        ("scope", "pull delete", "invalid_scope"),
    ] {
        assert_eq!(refusal(&bench.exchange(&[(field, value)])), (400, code.into()), "{field}: {value}");
    }
    let twice = format!("{}&scope=pull&scope=push", form(&bench.fields(&[])));
    assert_eq!(refusal(&bench.post("/token", &[], &twice)), (400, "invalid_request".into()));
    let in_query = bench.post("/token?scope=pull", &[], &form(&bench.fields(&[])));
    assert_eq!(refusal(&in_query), (400, "invalid_request".into()));
    assert_eq!(bench.front.answer(&request("GET", "/token", &[], "")).status, 405);
    assert_eq!(bench.site.issued.count(), 0);
}

#[test]
fn subject_tokens_are_judged_by_issuer_key_end_audience_and_subject() {
    let bench = Bench::new();
    let issuer = bench.site.world().issuers[0].clone();
    let hour = Duration::from_secs(3600);
    let code = |token: &str| refusal(&bench.exchange(&[("subject_token", token)])).1;
    let expired = issuer.sign(&json!({ "iss": issuer.url(), "sub": "s", "aud": "exchange", "exp": 1 }));

    assert_eq!(code(&issuer.rotated().token("repo:shore/app", "exchange", hour)), "invalid_request");
    assert_eq!(code(&Issuer::es256("https://evil").token("s", "exchange", hour)), "invalid_request");
    assert_eq!(code(&issuer.token("repo:shore/app", "other", hour)), "invalid_request");
    assert_eq!(code(&issuer.token("repo:evil/app", "exchange", hour)), "invalid_grant");
    bench.site.knobs.say_invalid_grant(true);
    assert_eq!(code(&expired), "invalid_grant");
}

#[test]
fn clients_prove_themselves_in_either_way_but_in_one_only() {
    let bench = Bench::of(World::standard().clients_only());
    let secret = "the clients own secret: 40 %";
    let basic = |id: &str, secret: &str| {
        format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
    };
    let send = |header: Option<&str>, more: &[(&str, &str)]| {
        let headers: Vec<_> = header.into_iter().map(|value| ("authorization", value)).collect();
        bench.post("/token", &headers, &form(&bench.fields(more)))
    };

    assert_eq!(send(Some(&basic("shorepass", secret)), &[]).status, 200);
    assert_eq!(send(None, &[("client_id", "shorepass"), ("client_secret", secret)]).status, 200);
    assert_eq!(send(None, &[("client_id", "anyone")]).status, 200);
    let both = send(Some(&basic("shorepass", secret)), &[("client_secret", secret)]);
    assert_eq!(refusal(&both), (400, "invalid_request".into()));
    let wrong = send(Some(&basic("shorepass", "wrong")), &[]);
    assert!(wrong.headers.iter().any(|(name, _)| *name == "www-authenticate"));
    for refused in [
        wrong,
        send(None, &[]),
        send(None, &[("client_id", "shorepass")]),
        send(None, &[("client_id", "nobody")]),
        send(None, &[("client_id", "shorepass"), ("client_secret", "wrong")]),
    ] {
        assert_eq!(refusal(&refused), (401, "invalid_client".into()));
    }
}

#[test]
fn a_target_can_be_demanded() {
    let bench = Bench::of(World::standard().targets_only());

    assert_eq!(refusal(&bench.exchange(&[])), (400, "invalid_request".into()));
    assert_eq!(bench.exchange(&[("resource", "https://registry.example/")]).status, 200);
}

#[test]
fn replies_say_what_was_changed_and_leave_out_what_was_ordered() {
    let bench = Bench::new();
    bench.site.knobs.omit_life(true);
    bench.site.knobs.token_life(Duration::from_secs(60));
    let jwt = "urn:ietf:params:oauth:token-type:jwt";

    let body = body(&bench.exchange(&[("requested_token_type", jwt)]));

    assert_eq!((&body["token_type"], &body["issued_token_type"]), (&json!("N_A"), &json!(jwt)));
    assert_eq!((body.get("expires_in"), &body["scope"]), (None, &json!("pull push")));
    bench.site.knobs.clock_ahead_ms(61_000);
    assert_eq!(bench.site.issued.find_live(body["access_token"].as_str().unwrap()), None);
}

#[test]
fn a_registry_hears_whether_a_token_counts_and_for_what() {
    let bench = Bench::new();
    let book = admission::of(bench.site.clone());
    let token = body(&bench.exchange(&[("scope", "pull")]))["access_token"].as_str().unwrap().to_owned();

    assert_eq!(book.standing("anybody", &token), Standing::Good);
    assert!(book.allows(&token, "team/app", "pull") && !book.allows(&token, "team/app", "push"));
    bench.site.issued.revoke_all();
    assert_eq!(book.standing("anybody", &token), Standing::Expired);
    assert_eq!(book.standing("anybody", "wrong"), Standing::Unknown);
}

struct Bench {
    site: Arc<State>,
    front: Front<Office>,
}

impl Bench {
    fn new() -> Self {
        Self::of(World::standard())
    }

    fn of(world: World) -> Self {
        let site = Arc::new(State::new(world, true));
        Self { front: Front::new(site.clone()), site }
    }

    /// A complete request, with these fields instead.
    fn fields(&self, instead: &[(&str, &str)]) -> Vec<(String, String)> {
        let issuer = self.site.world().issuers[0].clone();
        let token = issuer.token("repo:shore/app", "exchange", Duration::from_secs(300));
        let complete = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
            ("subject_token", token.as_str()),
        ];
        let kept = complete.iter().filter(|(name, _)| instead.iter().all(|(other, _)| other != name));
        kept.chain(instead).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn exchange(&self, instead: &[(&str, &str)]) -> Reply {
        self.post("/token", &[], &form(&self.fields(instead)))
    }

    fn post(&self, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.front.answer(&request("POST", target, &[&form, headers].concat(), body))
    }
}

fn form(fields: &[(String, String)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// Status and code.
fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, body(reply)["error"].as_str().unwrap_or_default().to_owned())
}

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, encode};
use serde_json::{Value, json};

use super::*;
use crate::cloud::{
    Issuer,
    http::{Reply, Request, Service, serve::Server},
    issuer::own_key::OwnKey,
};

#[test]
fn a_token_of_a_published_key_verifies_and_the_set_is_fetched_once() {
    let site = Site::start(str::to_owned);
    let issuer = Issuer::discovered(&site.url());
    let token = site.sign("first");

    assert_eq!(issuer.verified(&token).unwrap()["sub"], "first");
    assert_eq!(issuer.verified(&site.sign("second")).unwrap()["sub"], "second");
    assert_eq!(site.asked(), 1);
}

#[test]
fn an_unknown_key_is_looked_for_once_more_and_then_refused() {
    let site = Site::start(str::to_owned);
    let issuer = Issuer::discovered(&site.url());
    let stranger = OwnKey::generate(Algorithm::RS256);

    assert!(issuer.verified(&site.sign("first")).is_ok());
    assert!(!issuer.has_key_for(&stranger.sign(&json!({}))));
    assert_eq!(site.asked(), 2);
}

#[test]
fn a_document_of_another_issuer_counts_for_nothing() {
    for claimed in [(|url| format!("{url}/")) as fn(&str) -> String, |_| "https://ci.example".to_owned()] {
        let site = Site::start(claimed);

        assert!(Issuer::discovered(&site.url()).verified(&site.sign("s")).is_err());
    }
}

#[test]
fn other_keys_shared_secrets_and_no_signature_are_refused() {
    let site = Site::start(str::to_owned);
    let issuer = Issuer::discovered(&site.url());
    let (payload, none) = (part(&json!({ "sub": "s" })), part(&json!({ "alg": "none", "typ": "JWT" })));
    let shared = Header { kid: Some(site.key.id().into()), ..Header::new(Algorithm::HS256) };
    let own = EncodingKey::from_rsa_pem(site.key.private_pem().expose().as_bytes()).unwrap();
    let of_no_key = Header::new(Algorithm::RS256);

    for bad in [
        site.key.forged().sign(&json!({ "sub": "s" })),
        encode(&shared, &json!({ "sub": "s" }), &EncodingKey::from_secret(b"canary")).unwrap(),
        format!("{none}.{payload}."),
        format!("{}.{payload}.AAAA", part(&json!({ "alg": "RS256" }))),
        encode(&of_no_key, &json!({ "sub": "s" }), &own).unwrap(),
    ] {
        assert!(issuer.verified(&bad).is_err(), "{bad}");
    }
    assert!(issuer.verified(&site.sign("s")).is_ok());
}

/// A site that publishes one key.
struct Site {
    server: Server,
    key: OwnKey,
    asked: Arc<AtomicUsize>,
}

impl Site {
    /// Its document names the issuer that the function makes of its URL.
    fn start(claimed: fn(&str) -> String) -> Self {
        let (key, asked) = (OwnKey::generate(Algorithm::RS256), Arc::default());
        let desk = Desk { jwk: key.jwk(), claimed, asked: Arc::clone(&asked) };
        let server = Server::start(SocketAddr::from(([127, 0, 0, 1], 0)), None, Arc::new(desk)).unwrap();
        Self { server, key, asked }
    }

    fn url(&self) -> String {
        self.server.url()
    }

    fn sign(&self, subject: &str) -> String {
        self.key.sign(&json!({ "sub": subject }))
    }

    /// How often its keys were fetched.
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

struct Desk {
    jwk: Value,
    claimed: fn(&str) -> String,
    asked: Arc<AtomicUsize>,
}

impl Service for Desk {
    fn answer(&self, request: &Request) -> Reply {
        let url = format!("http://{}", request.header("host").unwrap_or_default());
        match request.path.as_str() {
            "/.well-known/openid-configuration" => Reply::json(
                200,
                &json!({ "issuer": (self.claimed)(&url), "jwks_uri": format!("{url}/keys") }),
            ),
            "/keys" => {
                self.asked.fetch_add(1, Ordering::Relaxed);
                Reply::json(200, &json!({ "keys": [self.jwk] }))
            }
            _ => Reply::text(404, ""),
        }
    }
}

fn part(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

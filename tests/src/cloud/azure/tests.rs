//! Every service through the front door, as clients would find it.

mod assertions;
mod exchange;
mod machines;
mod people;
mod registries;
mod surroundings;
mod tokens;

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::front::Front;
use super::state::State;
use super::*;
use crate::cloud::http::{self, Reply, Request, form, request};

struct Bench {
    state: Arc<State>,
    front: Front,
}

impl Bench {
    fn new() -> Self {
        let state = Arc::new(State::new(World::standard(), true, KeyFiles::new(None, None).unwrap()));
        Self { front: Front::new(state.clone()), state }
    }

    fn send(&self, request: &Request) -> Reply {
        http::Service::answer(&self.front, request)
    }

    fn get(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(&request("GET", target, &[&[("host", LOGIN)], headers].concat(), ""))
    }

    fn post(&self, host: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("host", host), ("content-type", "application/x-www-form-urlencoded")];
        self.send(&request("POST", path, &headers, &form_of(fields)))
    }

    fn token(&self, fields: &[(&str, &str)]) -> Reply {
        self.post(LOGIN, &format!("/{}/oauth2/v2.0/token", self.tenant()), fields)
    }

    fn application(&self, app: &str, proof: &[(&str, &str)]) -> Reply {
        let id = self.id(app);
        let common =
            [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("scope", REGISTRY_SCOPE)];
        self.token(&[&common, proof].concat())
    }

    fn with_assertion(&self, app: &str, assertion: &str) -> Reply {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        self.application(app, &[("client_assertion_type", kind), ("client_assertion", assertion)])
    }

    fn entra_token(&self, principal: &str, resource: &str) -> String {
        let principal = self.state.world().principal(principal).unwrap();
        access_token::issue(&self.state, &principal, resource, Duration::from_secs(3600)).text
    }

    fn exchange(&self, host: &str, access_token: &str) -> Reply {
        let fields = [("grant_type", "access_token"), ("service", host), ("access_token", access_token)];
        self.post(host, "/oauth2/exchange", &fields)
    }

    fn refresh_token(&self, host: &str, principal: &str) -> String {
        let reply = self.exchange(host, &self.entra_token(principal, ACR_AUDIENCE));
        json(&reply)["refresh_token"].as_str().unwrap().to_owned()
    }

    fn tenant(&self) -> String {
        self.state.world().tenant().to_owned()
    }

    fn id(&self, app: &str) -> String {
        self.state.world().find_app(app).unwrap().id().to_owned()
    }

    fn secret(&self) -> String {
        self.state.world().find_app("build").unwrap().current_secret().unwrap().expose().to_owned()
    }
}

fn form_of(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", form::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// Status, OAuth name and number.
fn refusal(reply: &Reply) -> (u16, String, u64) {
    let body = json(reply);
    let name = body["error"].as_str().unwrap_or_default().to_owned();
    (reply.status, name, body["error_codes"][0].as_u64().unwrap_or_default())
}

fn number(reply: &Reply) -> u64 {
    refusal(reply).2
}

/// Status and code of a registry's refusal.
fn code(reply: &Reply) -> (u16, String) {
    (reply.status, json(reply)["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
}

fn claims(token: &str) -> Value {
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

const LOGIN: &str = "login.example:8443";
const REGISTRY: &str = "shorepass.azurecr.io";
const REGISTRY_SCOPE: &str = "https://containerregistry.azure.net/.default";

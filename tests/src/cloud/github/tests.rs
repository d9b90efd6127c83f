//! Every service through the front door, as clients would find it.

mod apps;
mod people;
mod registry;
mod tokens;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::cloud::{
    Issuer,
    clock::whole_seconds,
    http::{self, Reply, form, request},
    stand::{Front, Standard as _},
};

struct Bench {
    site: Arc<Site<House>>,
    front: Front<House>,
}

impl Bench {
    fn new() -> Self {
        let site = Arc::new(Site::<House>::new(World::standard(), true));
        Self { front: Front::new(site.clone()), site }
    }

    fn send(&self, request: &Request) -> Reply {
        http::Service::answer(&self.front, request)
    }

    fn api(&self, method: &str, path: &str, token: &str, body: &str) -> Reply {
        let authorization = format!("Bearer {token}");
        let headers = [&HEADERS[..], &[("authorization", authorization.as_str())]].concat();
        self.send(&request(method, path, &headers, body))
    }

    fn app_token(&self, app: &str) -> String {
        self.site.world().find_app(app).unwrap().token(self.now())
    }

    fn create(&self, app: &str, installation: u64, body: &Value) -> Reply {
        let path = format!("/app/installations/{installation}/access_tokens");
        self.api("POST", &path, &self.app_token(app), &body.to_string())
    }

    fn installation_token(&self, app: &str, installation: u64) -> String {
        json(&self.create(app, installation, &json!({})))["token"].as_str().unwrap().to_owned()
    }

    fn login(&self, password: Option<&str>, scope: &str) -> Reply {
        let target = format!("/token?service=ghcr.io&scope={scope}");
        let basic =
            password.map(|secret| format!("Basic {}", BASE64_STANDARD.encode(format!("somebody:{secret}"))));
        let headers: Vec<_> = basic.iter().map(|value| ("authorization", value.as_str())).collect();
        self.send(&request("GET", &target, &[&[("host", "ghcr.io")], &headers[..]].concat(), ""))
    }

    /// Status and code of a look at a package's latest image.
    fn look(&self, password: Option<&str>, package: &str) -> (u16, String) {
        let token = self.login(password, &format!("repository:{package}:pull"));
        if token.status != 200 {
            return code(&token);
        }
        let bearer = format!("Bearer {}", json(&token)["token"].as_str().unwrap());
        let path = format!("/v2/{package}/manifests/latest");
        code(&self.send(&request("HEAD", &path, &[("host", "ghcr.io"), ("authorization", &bearer)], "")))
    }

    fn personal_token(&self, login: &str, place: usize) -> String {
        self.site.world().find_person(login).unwrap().tokens[place].secret.expose().to_owned()
    }

    fn now(&self) -> u64 {
        whole_seconds(self.site.now())
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn code(reply: &Reply) -> (u16, String) {
    (reply.status, json(reply)["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
}

fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

const HEADERS: [(&str, &str); 4] = [
    ("host", "api.github.com"),
    ("user-agent", "shorepass"),
    ("accept", "application/vnd.github+json"),
    ("x-github-api-version", "2022-11-28"),
];

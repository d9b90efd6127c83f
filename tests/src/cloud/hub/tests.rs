//! Every service through the front door, as clients would find it.

mod identity;
mod people;
mod pulls;
mod tokens;

use std::{net::SocketAddr, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::*;
use crate::{
    cloud::{
        http::{self, Reply, form, request},
        stand::{Front, Standard as _},
    },
    registry::admission::{Admission as _, Standing},
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

    fn post(&self, host: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("host", host), ("content-type", "application/x-www-form-urlencoded")];
        self.send(&request("POST", path, &headers, &form_of(fields)))
    }

    fn login(&self, login: Option<(&str, &str)>, scope: &str) -> Reply {
        let target = format!("/token?service=registry.docker.io&scope={scope}");
        let basic = login
            .map(|(name, secret)| format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{secret}"))));
        let headers: Vec<_> = basic.iter().map(|value| ("authorization", value.as_str())).collect();
        self.send(&request("GET", &target, &[&[("host", AUTH)], &headers[..]].concat(), ""))
    }

    fn bearer(&self, login: Option<(&str, &str)>, scope: &str) -> String {
        json(&self.login(login, scope))["token"].as_str().unwrap().to_owned()
    }

    fn manifest(&self, method: &str, repository: &str, bearer: &str) -> Reply {
        let path = format!("/v2/{repository}/manifests/latest");
        let headers = [("host", REGISTRY), ("authorization", &format!("Bearer {bearer}"))];
        let request = request(method, &path, &headers, "");
        self.send(&Request { peer: SocketAddr::from(([192, 0, 2, 7], 1)), ..request })
    }

    fn secret(&self, account: &str) -> String {
        self.site.world().find_account(account).unwrap().tokens[0].secret.expose().to_owned()
    }
}

fn form_of(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", form::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

const AUTH: &str = "auth.docker.io";
const REGISTRY: &str = "registry-1.docker.io";

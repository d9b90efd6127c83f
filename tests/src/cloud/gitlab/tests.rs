//! The token service and the registry through the front door, as clients would find them.

mod logins;
mod registry;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    cloud::{
        http::{self, Reply, request},
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

    fn login(&self, login: Option<(&str, &str)>, scope: &str) -> Reply {
        let target = format!("/jwt/auth?service=container_registry&scope={scope}");
        let basic = login
            .map(|(name, secret)| format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{secret}"))));
        let headers: Vec<_> = basic.iter().map(|value| ("authorization", value.as_str())).collect();
        self.send(&request("GET", &target, &[&[("host", "gitlab.com")], &headers[..]].concat(), ""))
    }

    /// The actions that a login gets in a repository.
    fn granted(&self, login: Option<(&str, &str)>, repository: &str) -> Value {
        let reply = self.login(login, &format!("repository:{repository}:pull,push"));
        let token = json(&reply)["token"].as_str().unwrap_or_default().to_owned();
        self.site.signer.verified(&token).unwrap_or_default()["access"][0]["actions"].clone()
    }

    fn look(&self, repository: &str, bearer: &str) -> Reply {
        let path = format!("/v2/{repository}/manifests/latest");
        let bearer = format!("Bearer {bearer}");
        let headers = [("host", "registry.gitlab.com"), ("authorization", bearer.as_str())];
        self.send(&request("HEAD", &path, &headers, ""))
    }

    fn job_token(&self) -> String {
        self.site.world().find_job("shore/app").unwrap().token.expose().to_owned()
    }

    fn deploy_token(&self, username: &str) -> String {
        self.site.world().find_deploy_token(username).unwrap().secret.expose().to_owned()
    }

    fn access_token(&self, owner: &str) -> String {
        self.site.world().find_access_token(owner).unwrap().secret.expose().to_owned()
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, json(reply)["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
}

const JOB_USER: &str = "gitlab-ci-token";

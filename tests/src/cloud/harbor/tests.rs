//! Every service through the front door, as clients would find it.

mod robots;
mod tokens;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::cloud::{
    http::{Reply, Service as _, request},
    stand::{Front, Standard as _},
};

#[test]
fn a_running_harbor_tells_who_there_is_and_what_a_login_may_do() {
    let harbor = Harbor::start().unwrap();

    let secret = harbor.with_world(|world| world.robot("robot$maker").unwrap().secret().expose().to_owned());

    assert_eq!(harbor.robots(), ["robot$maker"]);
    assert!(harbor.is_valid("robot$maker", &secret) && !harbor.is_valid("robot$maker", "wrong"));
    assert!(harbor.allows("robot$maker", &secret, "team", "push"));
    assert!(!harbor.allows("robot$maker", &secret, "other", "pull"));
    assert!(!harbor.allows("robot$maker", "wrong", "team", "pull"));
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

    fn send(&self, method: &str, target: &str, login: Option<(&str, &str)>, body: &Value) -> Reply {
        let basic = login.map(|(name, password)| {
            format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))
        });
        let mut headers = vec![("host", "harbor.example"), ("content-type", "application/json")];
        headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
        self.front.answer(&request(method, target, &headers, &body.to_string()))
    }

    fn as_admin(&self, method: &str, target: &str, body: &Value) -> Reply {
        self.send(method, target, Some(("admin", "Harbor12345-of-the-test")), body)
    }

    fn as_lead(&self, method: &str, target: &str, body: &Value) -> Reply {
        self.send(method, target, Some(("lead", "Leads-team-only-1")), body)
    }

    fn as_maker(&self, method: &str, target: &str, body: &Value) -> Reply {
        let secret = self.site.world().robot("robot$maker").unwrap().secret().expose().to_owned();
        self.send(method, target, Some(("robot$maker", &secret)), body)
    }

    /// Name and secret of a new robot of `team` that lasts a day.
    fn robot(&self) -> (String, String) {
        let made = body(&self.as_admin("POST", ROBOTS, &order("pull", "team", &["pull"])));
        (made["name"].as_str().unwrap().into(), made["secret"].as_str().unwrap().into())
    }
}

fn order(name: &str, project: &str, actions: &[&str]) -> Value {
    let access: Vec<Value> =
        actions.iter().map(|action| json!({ "resource": "repository", "action": action })).collect();
    json!({
        "name": name, "level": "project", "duration": 1,
        "permissions": [{ "kind": "project", "namespace": project, "access": access }],
    })
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// Status and code.
fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, body(reply)["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

const ROBOTS: &str = "/api/v2.0/robots";

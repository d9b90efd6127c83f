//! The API server, asked as a client would ask it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    world::{World, subject},
    *,
};
use crate::cloud::{
    http::{Reply, Service as _, request},
    stand::{Front, Standard as _},
};

#[test]
fn an_account_that_may_gets_a_token_of_another_one() {
    let bench = Bench::new();

    let reply = bench.ask(PATH, &bench.own(), &asked(&["vault"], 900));

    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let claims = bench.issuer().verified(body["status"]["token"].as_str().unwrap()).unwrap();
    assert_eq!((reply.status, &body["kind"]), (201, &json!("TokenRequest")));
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!(subject("shore", "builder")), &json!(["vault"])));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 900);
}

#[test]
fn who_asks_comes_before_what_there_is() {
    let bench = Bench::new();
    let elsewhere = bench.issuer().token(&subject("ci", "runner"), "vault", HOUR);
    let stranger = bench.issuer().token(&subject("ci", "nobody"), CLUSTER_ISSUER, HOUR);
    let other = bench.issuer().token(&subject("shore", "builder"), CLUSTER_ISSUER, HOUR);
    let none = PATH.replace("builder", "none");
    let status = |path: &str, token: &str| bench.ask(path, token, &asked(&["vault"], 900)).status;

    assert_eq!([status(PATH, "no-jwt"), status(PATH, &elsewhere), status(PATH, &stranger)], [401; 3]);
    assert_eq!([status(PATH, &other), status(&none, &bench.own())], [403; 2]);
    bench.site.world().accounts.retain(|account| !account.ends_with("builder"));
    assert_eq!(status(PATH, &bench.own()), 404);
}

#[test]
fn a_request_is_read_strictly() {
    let bench = Bench::new();
    let own = bench.own();

    for (body, status) in [
        (json!({}), 400),
        (json!({ "kind": "TokenRequest", "apiVersion": "v1", "spec": { "audiences": ["a"] } }), 400),
        (asked(&[], 900), 422),
        (asked(&["a"], 599), 422),
    ] {
        assert_eq!(bench.ask(PATH, &own, &body).status, status, "{body}");
    }
    assert_eq!(bench.front.answer(&request("POST", "/api/v1/pods", &[], "")).status, 404);
}

struct Bench {
    site: Arc<State>,
    front: Front<ApiServer>,
}

impl Bench {
    fn new() -> Self {
        let site = Arc::new(State::new(World::standard(), true));
        Self { front: Front::new(site.clone()), site }
    }

    fn issuer(&self) -> Issuer {
        self.site.world().issuer.clone()
    }

    fn own(&self) -> String {
        self.issuer().token(&subject("ci", "runner"), CLUSTER_ISSUER, HOUR)
    }

    fn ask(&self, path: &str, token: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.front.answer(&request("POST", path, &headers, &body.to_string()))
    }
}

fn asked(audiences: &[&str], seconds: u64) -> Value {
    json!({
        "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
        "spec": { "audiences": audiences, "expirationSeconds": seconds },
    })
}

const PATH: &str = "/api/v1/namespaces/shore/serviceaccounts/builder/token";
const HOUR: Duration = Duration::from_secs(3600);

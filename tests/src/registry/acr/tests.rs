//! From a login to an image, and what stands in between.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::*;
use crate::cloud::{
    azure::{ACR_AUDIENCE, USERNAME},
    http::{Service as _, form::encode, request},
};

#[test]
fn a_refresh_token_pulls_by_way_of_an_access_token() {
    let bench = Bench::new();
    let refresh = bench.refresh_token();

    let challenge = bench.send("GET", MANIFEST, &[]);
    let token = bench.access_token(&refresh, "repository:team/app:pull").1;

    let header = challenge.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap();
    assert!(header.1.contains("/oauth2/token\",service=\"shorepass.azurecr.io\""), "{}", header.1);
    assert_eq!((challenge.status, bench.pull(MANIFEST, &token)), (401, 200));
    assert_eq!(bench.pull(MANIFEST, &refresh), 401, "a refresh token is no access token");
    assert_eq!(bench.pull("/v2/other/app/manifests/latest", &token), 401);
    assert_eq!(bench.door.shelf.pulls(), 1);
}

#[test]
fn a_token_of_one_name_opens_no_other() {
    let bench = Bench::new();
    let token = bench.access_token(&bench.refresh_token(), "repository:team/app:pull").1;

    assert!(bench.door.keys.rights(&token, HOST).is_some());
    assert!(bench.door.keys.rights(&token, "shorepass-abc123.azurecr.io").is_none());
}

#[test]
fn a_forged_token_is_a_strangers() {
    let bench = Bench::new();
    let token = bench.access_token(&bench.refresh_token(), "repository:team/app:pull").1;
    let (content, signature) = token.rsplit_once('.').unwrap();
    let more = Bench::new().access_token(&bench.refresh_token(), "repository:team/app:pull");

    assert_eq!(bench.pull(MANIFEST, &format!("{content}.{}", signature.replace('A', "B"))), 401);
    assert_eq!(bench.pull(MANIFEST, &format!("{content}.")), 401);
    assert_eq!(more.0, 401, "another cloud's refresh token");
}

#[test]
fn an_access_token_is_a_login_for_what_it_holds() {
    let bench = Bench::new();
    let narrow = bench.access_token(&bench.refresh_token(), "repository:team/app:pull").1;

    let (status, token) = bench.access_token(&narrow, "repository:other/app:pull");
    bench.azure.issued().revoke_all();
    let later = bench.access_token(&narrow, "repository:team/app:pull").0;

    assert_eq!((status, later), (200, 401));
    assert_eq!(bench.pull(MANIFEST, &token), 200);
    assert_eq!(bench.pull("/v2/other/app/manifests/latest", &token), 401);
}

#[test]
fn a_password_grant_gets_what_the_same_login_gets() {
    let bench = Bench::new();
    let refresh = bench.refresh_token();
    let ask = |password: &str| {
        let fields = [("grant_type", "password"), ("service", HOST), ("scope", "repository:team/app:pull")];
        let login = [("username", USERNAME), ("password", password)];
        bench.post(HOST, "/oauth2/token", &form(&[&fields[..], &login].concat()))
    };

    let token = ask(&refresh)["access_token"].clone();

    assert_eq!(bench.pull(MANIFEST, token.as_str().unwrap()), 200);
    assert!(ask("another")["access_token"].is_null());
}

struct Bench {
    azure: Azure,
    door: Door,
}

impl Bench {
    fn new() -> Self {
        let azure = Azure::start().unwrap();
        let cloud = Cloud::new(azure.address(), None).unwrap();
        let keys = Keys::published(&cloud, &azure.with_world(|world| world.tenant().to_owned())).unwrap();
        let images = ["team/app", "other/app"].map(|name| Image::new(name, "latest", name));
        let issued = azure.issued().clone();
        let door = Door { shelf: Shelf::new(images.into()), cloud, keys, issued };
        Self { azure, door }
    }

    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.door.answer(&request(method, target, &[&[("host", HOST)], headers].concat(), ""))
    }

    fn pull(&self, path: &str, token: &str) -> u16 {
        self.send("GET", path, &[("authorization", &format!("Bearer {token}"))]).status
    }

    /// Of the application `build`.
    fn refresh_token(&self) -> String {
        let env = self.azure.environment_with_secret("build");
        let entra = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &env["AZURE_CLIENT_ID"]),
            ("client_secret", &env["AZURE_CLIENT_SECRET"]),
            ("scope", &format!("{ACR_AUDIENCE}/.default")),
        ]);
        let path = format!("/{}/oauth2/v2.0/token", env["AZURE_TENANT_ID"]);
        let token = self.post("login.microsoftonline.com", &path, &entra)["access_token"].clone();
        let token = token.as_str().unwrap();
        let exchange = form(&[("grant_type", "access_token"), ("service", HOST), ("access_token", token)]);
        let refresh = self.post(HOST, "/oauth2/exchange", &exchange)["refresh_token"].clone();
        refresh.as_str().unwrap().to_owned()
    }

    fn access_token(&self, password: &str, scope: &str) -> (u16, String) {
        let login = BASE64_STANDARD.encode(format!("{USERNAME}:{password}"));
        let target = format!("/oauth2/token?service={HOST}&scope={scope}");
        let reply = self.send("GET", &target, &[("authorization", &format!("Basic {login}"))]);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        (reply.status, body["access_token"].as_str().unwrap_or_default().to_owned())
    }

    fn post(&self, host: &str, path: &str, body: &str) -> Value {
        let headers = [("host", host), ("content-type", "application/x-www-form-urlencoded")];
        let reply = self.door.answer(&request("POST", path, &headers, body));
        serde_json::from_slice(&reply.body).unwrap()
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

const HOST: &str = "shorepass.azurecr.io";
const MANIFEST: &str = "/v2/team/app/manifests/latest";

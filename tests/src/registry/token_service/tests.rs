//! Both ways to a token, and the ways to none.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};

use super::*;
use crate::{
    cloud::{
        aws::Aws,
        http::{Service as _, form::encode, request},
    },
    registry::admission::of_aws,
};

#[test]
fn a_password_gets_a_token_with_the_wanted_scope() {
    let (clerk, cloud) = clerk();
    let password = password(&cloud);

    let reply = get(&clerk, &password);

    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let claims = claims(body["token"].as_str().unwrap());
    assert_eq!((reply.status, &body["expires_in"]), (200, &json!(60)));
    assert_eq!(claims["aud"], "registry");
    assert_eq!(claims["access"], json!([{ "type": "repository", "name": "a/b", "actions": ["pull"] }]));
}

#[test]
fn a_refresh_token_ends_with_its_password() {
    let (clerk, cloud) = clerk();
    let password = encode(&password(&cloud));
    let form = format!("grant_type=password&username=AWS&password={password}&access_type=offline&{COMMON}");
    let first: Value = serde_json::from_slice(&post(&clerk, &form).body).unwrap();
    let refresh = encode(first["refresh_token"].as_str().unwrap());
    let again = format!("grant_type=refresh_token&refresh_token={refresh}&{COMMON}");

    let before = post(&clerk, &again).status;
    cloud.issued().revoke_all();
    let afterwards = post(&clerk, &again).status;

    assert_eq!((before, afterwards), (200, 401));
}

#[test]
fn where_no_refresh_tokens_are_given_a_login_gets_its_token_alone() {
    let (clerk, cloud) = clerk();
    let clerk = Clerk { refresh: None, ..clerk };
    let password = encode(&password(&cloud));
    let form = format!("grant_type=password&username=AWS&password={password}&access_type=offline&{COMMON}");

    let reply = post(&clerk, &form);

    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, body.get("refresh_token")), (200, None));
    assert_eq!(post(&clerk, &format!("grant_type=refresh_token&refresh_token=x&{COMMON}")).status, 401);
}

#[test]
fn strangers_get_nothing() {
    let (clerk, _cloud) = clerk();

    assert_eq!(get(&clerk, "never issued").status, 401);
    assert_eq!(post(&clerk, &format!("grant_type=password&username=AWS&password=x&{COMMON}")).status, 401);
    assert_eq!(post(&clerk, &format!("grant_type=magic&{COMMON}")).status, 400);
}

fn clerk() -> (Clerk, Aws) {
    let cloud = Aws::start().unwrap();
    let clerk = Clerk {
        signer: Signer::new().unwrap(),
        grants: vec![Grant::everything()],
        admission: of_aws(&cloud),
        refresh: Some(Mutex::default()),
    };
    (clerk, cloud)
}

fn password(cloud: &Aws) -> String {
    cloud.issued().issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60)).0
}

fn get(clerk: &Clerk, password: &str) -> Reply {
    let login = format!("Basic {}", BASE64_STANDARD.encode(format!("AWS:{password}")));
    clerk.answer(&request(
        "GET",
        "/token?service=registry&scope=repository:a/b:pull",
        &[("authorization", &login)],
        "",
    ))
}

fn post(clerk: &Clerk, form: &str) -> Reply {
    clerk.answer(&request("POST", "/token", &[("content-type", "application/x-www-form-urlencoded")], form))
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

const COMMON: &str = "service=registry&client_id=test&scope=repository:a/b:pull";

//! IAM Identity Center: from a device login to a role's keys, and how sign-ins end.

use serde_json::json as body;

use super::*;

#[test]
fn a_device_login_waits_for_the_person() {
    let bench = Bench::new();
    let client =
        json(&post(&bench, "/client/register", &body!({ "clientName": "test", "clientType": "public" })));
    let with_client = |mut fields: Value| {
        fields["clientId"] = client["clientId"].clone();
        fields["clientSecret"] = client["clientSecret"].clone();
        fields
    };
    let start = with_client(body!({ "startUrl": "https://shorepass.awsapps.com/start" }));
    let device = json(&post(&bench, "/device_authorization", &start));
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let poll = with_client(body!({ "grantType": grant, "deviceCode": device["deviceCode"] }));

    assert_eq!(code(&post(&bench, "/token", &poll)), "AuthorizationPendingException");
    assert!(bench.state.sign_ins.approve(device["userCode"].as_str().unwrap()));
    let token = json(&post(&bench, "/token", &poll));

    assert_eq!(portal(&bench, token["accessToken"].as_str().unwrap(), "Deploy").status, 200);
}

#[test]
fn the_portal_tells_expired_from_not_assigned() {
    let bench = Bench::new();
    let access = bench.state.sign_in().access_token;

    let keys = json(&portal(&bench, access.expose(), "Deploy"));
    assert!(keys["roleCredentials"]["expiration"].as_u64().unwrap() > 1_000_000_000_000, "milliseconds");
    assert_eq!(code(&portal(&bench, access.expose(), "Admin")), "ForbiddenException");
    bench.state.sign_ins.expire_access_tokens();
    let expired = portal(&bench, access.expose(), "Deploy");
    assert_eq!((expired.status, code(&expired)), (401, "UnauthorizedException".into()));
}

#[test]
fn refreshing_ends_with_the_token_or_the_registration() {
    let bench = Bench::new();
    let done = bench.state.sign_in();
    let refresh = |token: &str| {
        let fields = body!({
            "clientId": done.client_id, "clientSecret": done.client_secret.expose(),
            "grantType": "refresh_token", "refreshToken": token,
        });
        post(&bench, "/token", &fields)
    };

    let first = refresh(done.refresh_token.expose());
    assert_eq!(first.status, 200);
    let spent = refresh(done.refresh_token.expose());
    assert_eq!(
        (code(&spent), &json(&spent)["error"]),
        ("InvalidGrantException".into(), &"invalid_grant".into())
    );
    bench.state.sign_ins.expire_registrations();
    let next = json(&first)["refreshToken"].as_str().unwrap().to_owned();
    assert_eq!(code(&refresh(&next)), "InvalidClientException");
}

#[test]
fn the_cache_file_has_the_name_that_the_cli_gives_it() {
    assert_eq!(SignIn::cache_file_name("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d.json");
}

fn post(bench: &Bench, path: &str, fields: &Value) -> Reply {
    bench.front.answer(&request("POST", path, &[("host", "h")], &fields.to_string()))
}

fn portal(bench: &Bench, access_token: &str, role: &str) -> Reply {
    let target = format!("/federation/credentials?account_id=210987654321&role_name={role}");
    bench.front.answer(&request(
        "GET",
        &target,
        &[("host", "h"), ("x-amz-sso_bearer_token", access_token)],
        "",
    ))
}

//! People who sign in by device code, and the access token they end up with.

use super::*;

#[test]
fn a_person_signs_in_and_gets_an_access_token_that_is_the_password() {
    let bench = Bench::new();
    let device = start(&bench);
    bench.site.sign_ins.approve(device["user_code"].as_str().unwrap(), "alice");

    let signed_in = json(&poll(&bench, &device));
    let access = signed_in["access_token"].as_str().unwrap();
    let made = create(&bench, access);
    let password = json(&made)["data"]["token"].as_str().unwrap().to_owned();

    let claims = bench.site.signer.verified(access).unwrap();
    assert_eq!(claims["https://hub.docker.com"]["username"], "alice");
    assert_eq!(made.status, 201);
    assert_eq!(bench.site.standing("alice", &password), Standing::Good);
    assert_eq!(bench.site.standing("alice", access), Standing::Unknown);
    assert_eq!(poll(&bench, &device).status, 403, "a code is good once");
}

#[test]
fn polls_are_answered_with_403_until_somebody_decides() {
    let bench = Bench::new();
    let (device, declined) = (start(&bench), start(&bench));
    bench.site.sign_ins.decline(declined["user_code"].as_str().unwrap());
    let said = |device: &Value| {
        let reply = poll(&bench, device);
        (reply.status, json(&reply)["error"].as_str().unwrap_or_default().to_owned())
    };

    assert_eq!(said(&device), (403, "authorization_pending".into()));
    assert_eq!(said(&device), (429, "slow_down".into()));
    bench.site.knobs.clock_ahead_ms(6_000);
    assert_eq!(said(&device), (403, "authorization_pending".into()));
    assert_eq!(said(&declined), (403, "access_denied".into()));
    bench.site.knobs.clock_ahead_ms(901_000);
    assert_eq!(said(&device), (403, "expired_token".into()));
}

#[test]
fn the_page_takes_a_code_that_waits_and_nothing_else() {
    let bench = Bench::new();
    let device = start(&bench);
    let agree =
        |code: &str| bench.post(LOGIN, "/activate", &[("user_code", code), ("username", "alice")]).status;

    assert_eq!(agree("AAAA-AAAA"), 400);
    assert_eq!(poll(&bench, &device).status, 403);
    bench.site.knobs.clock_ahead_ms(6_000);

    assert_eq!(agree(device["user_code"].as_str().unwrap()), 200);
    assert_eq!(poll(&bench, &device).status, 200);
}

#[test]
fn a_refresh_token_is_good_once_and_until_it_is_revoked() {
    let bench = Bench::new();
    let device = start(&bench);
    bench.site.sign_ins.approve(device["user_code"].as_str().unwrap(), "alice");
    let first = refresh_token(&poll(&bench, &device));

    let second = refresh_token(&refresh(&bench, &first));
    assert_eq!(refresh(&bench, &first).status, 403);
    assert_eq!(
        bench.post(LOGIN, "/oauth/revoke", &[("client_id", CLIENT_ID), ("token", &second)]).status,
        200
    );
    assert_eq!(refresh(&bench, &second).status, 403);
}

#[test]
fn strangers_and_wrong_audiences_start_nothing() {
    let bench = Bench::new();
    let ask = |client: &str, audience: &str, scope: &str| {
        let fields = [("client_id", client), ("audience", audience), ("scope", scope)];
        bench.post(LOGIN, "/oauth/device/code", &fields).status
    };

    assert_eq!(ask(CLIENT_ID, "https://hub.docker.com", "openid offline_access"), 200);
    assert_eq!(ask("stranger", "https://hub.docker.com", "openid"), 401);
    assert_eq!(ask(CLIENT_ID, "https://identity.docker.com", "openid"), 403);
    assert_eq!(ask(CLIENT_ID, "https://hub.docker.com", ""), 400);
}

#[test]
fn an_access_token_that_is_over_or_not_for_the_api_makes_none() {
    let bench = Bench::new();
    let device = start(&bench);
    bench.site.sign_ins.approve(device["user_code"].as_str().unwrap(), "alice");
    let signed_in = json(&poll(&bench, &device));

    assert_eq!(create(&bench, signed_in["id_token"].as_str().unwrap()).status, 401);
    bench.site.knobs.clock_ahead_ms(3_601_000);
    assert_eq!(create(&bench, signed_in["access_token"].as_str().unwrap()).status, 401);
}

fn start(bench: &Bench) -> Value {
    let fields = [
        ("client_id", CLIENT_ID),
        ("audience", "https://hub.docker.com"),
        ("scope", "openid offline_access"),
    ];
    json(&bench.post(LOGIN, "/oauth/device/code", &fields))
}

fn poll(bench: &Bench, device: &Value) -> Reply {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let code = device["device_code"].as_str().unwrap();
    let fields = [("grant_type", grant), ("client_id", CLIENT_ID), ("device_code", code)];
    bench.post(LOGIN, "/oauth/token", &fields)
}

fn refresh(bench: &Bench, token: &str) -> Reply {
    let fields = [("grant_type", "refresh_token"), ("client_id", CLIENT_ID), ("refresh_token", token)];
    bench.post(LOGIN, "/oauth/token", &fields)
}

fn refresh_token(reply: &Reply) -> String {
    json(reply)["refresh_token"].as_str().unwrap().to_owned()
}

fn create(bench: &Bench, token: &str) -> Reply {
    let headers = [("host", "hub.docker.com"), ("authorization", &format!("Bearer {token}"))];
    bench.send(&request("POST", "/v2/access-tokens/desktop-generate", &headers, ""))
}

const LOGIN: &str = "login.docker.com";

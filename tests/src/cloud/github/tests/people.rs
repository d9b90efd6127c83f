//! People who sign in by device code, and what the API says about them.

use super::*;

#[test]
fn a_person_signs_in_and_the_token_opens_what_the_scope_says() {
    let bench = Bench::new();
    let device = start(&bench, "read:packages");
    bench.site.sign_ins.approve(device["user_code"].as_str().unwrap(), "alice");

    let said = json(&poll(&bench, &device, JSON));
    let token = said["access_token"].as_str().unwrap();

    assert_eq!((&said["token_type"], &said["scope"]), (&json!("bearer"), &json!("read:packages")));
    assert_eq!(bench.look(Some(token), "shoreteam/app").0, 200);
    let user = bench.api("GET", "/user", token, "");
    assert_eq!(
        (&json(&user)["login"], header(&user, "x-oauth-scopes")),
        (&json!("alice"), Some("read:packages"))
    );
    assert_eq!(json(&poll(&bench, &device, JSON))["error"], "incorrect_device_code", "a code is good once");
}

#[test]
fn the_api_takes_a_fine_grained_token_and_names_no_scopes() {
    let bench = Bench::new();
    let token = bench.personal_token("alice", 1);

    let user = bench.api("GET", "/user", &token, "");

    assert_eq!((&json(&user)["login"], header(&user, "x-oauth-scopes")), (&json!("alice"), None));
}

#[test]
fn errors_come_with_200_and_a_hasty_client_has_to_wait_longer_each_time() {
    let bench = Bench::new();
    let (device, declined) = (start(&bench, ""), start(&bench, ""));
    bench.site.sign_ins.decline(declined["user_code"].as_str().unwrap());
    let said = |device: &Value| {
        let reply = poll(&bench, device, JSON);
        let body = json(&reply);
        (reply.status, body["error"].as_str().unwrap_or_default().to_owned(), body["interval"].as_u64())
    };

    assert_eq!(said(&device), (200, "authorization_pending".into(), None));
    assert_eq!(said(&device), (200, "slow_down".into(), Some(10)));
    bench.site.knobs.clock_ahead_ms(6_000);
    assert_eq!(said(&device), (200, "slow_down".into(), Some(15)));
    assert_eq!(said(&declined), (200, "access_denied".into(), None));
    bench.site.knobs.clock_ahead_ms(901_000);
    assert_eq!(said(&device), (200, "expired_token".into(), None));
}

#[test]
fn answers_are_forms_unless_json_is_asked_for() {
    let bench = Bench::new();
    let device = start(&bench, "");

    let reply = poll(&bench, &device, "*/*");

    assert!(header(&reply, "content-type").unwrap().starts_with("application/x-www-form-urlencoded"));
    assert!(String::from_utf8(reply.body).unwrap().starts_with("error=authorization_pending&"));
}

#[test]
fn strangers_other_grants_and_a_flow_that_is_off_are_refused() {
    let bench = Bench::new();
    let device = start(&bench, "");
    let code = device["device_code"].as_str().unwrap();
    let ask = |client: &str, grant: &str, code: &str| {
        let fields = [("client_id", client), ("grant_type", grant), ("device_code", code)];
        json(&post(&bench, "/login/oauth/access_token", &fields, JSON))["error"].as_str().unwrap().to_owned()
    };

    assert_eq!(ask("stranger", GRANT, code), "incorrect_client_credentials");
    assert_eq!(ask(CLIENT, "password", code), "unsupported_grant_type");
    assert_eq!(ask(CLIENT, GRANT, "x"), "incorrect_device_code");
    assert_eq!(post(&bench, "/login/device/code", &[("client_id", "stranger")], JSON).status, 404);
    bench.site.world().client_mut(CLIENT).unwrap().has_device_flow = false;
    assert_eq!(ask(CLIENT, GRANT, code), "device_flow_disabled");
    assert_eq!(start(&bench, "")["error"], "device_flow_disabled");
}

#[test]
fn the_api_tells_a_wrong_token_from_one_of_no_person() {
    let bench = Bench::new();
    let status = |token: &str| bench.api("GET", "/user", token, "").status;

    assert_eq!(status("x"), 401);
    assert_eq!(status(&bench.installation_token("puller", 2001)), 403);
}

fn start(bench: &Bench, scope: &str) -> Value {
    json(&post(bench, "/login/device/code", &[("client_id", CLIENT), ("scope", scope)], JSON))
}

fn poll(bench: &Bench, device: &Value, accept: &str) -> Reply {
    let code = device["device_code"].as_str().unwrap();
    let fields = [("client_id", CLIENT), ("grant_type", GRANT), ("device_code", code)];
    post(bench, "/login/oauth/access_token", &fields, accept)
}

fn post(bench: &Bench, path: &str, fields: &[(&str, &str)], accept: &str) -> Reply {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", form::encode(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let kind = ("content-type", "application/x-www-form-urlencoded");
    bench.send(&request("POST", path, &[("host", "github.com"), kind, ("accept", accept)], &body))
}

const CLIENT: &str = "Ov23liShorepassTests";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JSON: &str = "application/json";

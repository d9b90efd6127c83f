//! People: device codes and refresh tokens.

use super::*;

#[test]
fn a_device_code_waits_for_the_person_and_is_good_once() {
    let bench = Bench::new();
    let device = start(&bench);

    assert_eq!(refusal(&poll(&bench, &device)), (400, "authorization_pending".into(), 70016));
    let code = device["user_code"].as_str().unwrap();
    assert!(bench.state.sign_ins.approve(code, "alice@shorepass.example"));
    let reply = poll(&bench, &device);

    let claims = claims(json(&reply)["access_token"].as_str().unwrap());
    assert_eq!(claims["upn"], "alice@shorepass.example");
    let id_token = json(&reply)["id_token"].as_str().unwrap().to_owned();
    assert_eq!(super::claims(&id_token)["aud"], bench.id("azure-cli"));
    assert_eq!(refusal(&poll(&bench, &device)), (400, "bad_verification_code".into(), 70018));
    assert!(!bench.state.sign_ins.approve("unknown", "alice@shorepass.example"));
}

#[test]
fn declined_and_expired_codes_end_the_wait() {
    let bench = Bench::new();
    let (declined, expired) = (start(&bench), start(&bench));

    bench.state.sign_ins.decline(declined["user_code"].as_str().unwrap());
    assert_eq!(refusal(&poll(&bench, &declined)).1, "authorization_declined");
    bench.state.knobs.clock_ahead_ms(901_000);
    assert_eq!(refusal(&poll(&bench, &expired)), (400, "expired_token".into(), 70019));
}

#[test]
fn only_public_clients_sign_people_in() {
    let bench = Bench::new();
    let id = bench.id("build");
    let fields = [("client_id", id.as_str()), ("scope", REGISTRY_SCOPE)];

    let reply = bench.post(LOGIN, "/organizations/oauth2/v2.0/devicecode", &fields);

    assert_eq!(refusal(&reply), (401, "invalid_client".into(), 7_000_218));
}

#[test]
fn a_refresh_token_gets_tokens_for_other_resources_until_it_is_revoked() {
    let bench = Bench::new();
    let cli = bench.id("azure-cli");
    let device = start(&bench);
    bench.state.sign_ins.approve(device["user_code"].as_str().unwrap(), "alice@shorepass.example");
    let first = json(&poll(&bench, &device))["refresh_token"].as_str().unwrap().to_owned();
    let refresh = |token: &str| {
        bench.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &cli),
            ("refresh_token", token),
            ("scope", "https://management.azure.com/.default"),
        ])
    };

    let reply = refresh(&first);
    assert_eq!(claims(json(&reply)["access_token"].as_str().unwrap())["aud"], "https://management.azure.com");
    assert_eq!(refusal(&refresh("unknown")), (400, "invalid_grant".into(), 70000));
    bench.state.sign_ins.revoke_refresh_tokens();
    assert_eq!(refusal(&refresh(&first)), (400, "invalid_grant".into(), 700_082));
}

fn start(bench: &Bench) -> Value {
    let cli = bench.id("azure-cli");
    let scope = format!("{REGISTRY_SCOPE} openid offline_access");
    let fields = [("client_id", cli.as_str()), ("scope", scope.as_str())];
    json(&bench.post(LOGIN, "/organizations/oauth2/v2.0/devicecode", &fields))
}

fn poll(bench: &Bench, device: &Value) -> Reply {
    let cli = bench.id("azure-cli");
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", cli.as_str()),
        ("device_code", device["device_code"].as_str().unwrap()),
    ];
    bench.post(LOGIN, "/organizations/oauth2/v2.0/token", &fields)
}

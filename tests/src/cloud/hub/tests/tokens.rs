//! The token service: which logins count, and for what.

use std::time::Duration;

use serde_json::json;

use super::*;

#[test]
fn a_login_gets_what_it_may_do_and_no_more() {
    let bench = Bench::new();
    let (alice, team) = (bench.secret("alice"), bench.secret("shoreteam"));
    let granted = |login: Option<(&str, &str)>, scope: &str| {
        let claims = bench.site.signer.verified(&bench.bearer(login, scope)).unwrap();
        claims["access"].clone()
    };
    let wanted = "repository:shoreteam/app:pull,push";

    assert_eq!(granted(Some(("alice", &alice)), wanted)[0]["actions"], json!(["pull", "push"]));
    assert_eq!(granted(Some(("shoreteam", &team)), wanted)[0]["actions"], json!(["pull"]));
    assert_eq!(granted(None, wanted), json!([]));
    assert_eq!(granted(None, "repository:library/alpine:pull,push")[0]["actions"], json!(["pull"]));
    assert_eq!(granted(Some(("shoreteam", &team)), "repository:alice/notes:pull"), json!([]));
}

#[test]
fn a_secret_counts_with_its_own_name_only_and_while_it_is_active() {
    let bench = Bench::new();
    let (alice, team) = (bench.secret("alice"), bench.secret("shoreteam"));
    let status = |name: &str, secret: &str| bench.login(Some((name, secret)), SCOPE).status;

    assert_eq!((status("alice", &alice), status("shoreteam", &team)), (200, 200));
    for (name, secret) in [("shoreteam", &alice), ("alice", &team), ("bob", &alice), ("alice", &"x".into())] {
        assert_eq!(status(name, secret), 401, "{name}");
    }
    let body = json(&bench.login(Some(("alice", "x")), SCOPE));
    assert_eq!(body, json!({ "details": "incorrect username or password" }));
    bench.site.world().account_mut("alice").unwrap().tokens[0].is_active = false;
    bench.site.world().account_mut("shoreteam").unwrap().tokens[0].expires_at = Some(bench.site.now());
    assert_eq!((status("alice", &alice), status("shoreteam", &team)), (401, 401));
}

#[test]
fn a_password_is_refused_where_single_sign_on_is_enforced() {
    let bench = Bench::new();
    let password = bench.site.world().find_account("alice").unwrap().password.clone().unwrap();
    let status = || bench.login(Some(("alice", password.expose())), SCOPE).status;

    assert_eq!(status(), 200);
    bench.site.world().account_mut("shoreteam").unwrap().enforces_sso = true;
    assert_eq!(status(), 401);
}

#[test]
fn the_oauth2_form_gives_refresh_tokens_on_demand() {
    let bench = Bench::new();
    let secret = bench.secret("alice");
    let common = [("service", "registry.docker.io"), ("client_id", "docker"), ("scope", SCOPE)];
    let ask = |fields: &[(&str, &str)]| bench.post(AUTH, "/token", &[&common, fields].concat());
    let password = [("grant_type", "password"), ("username", "alice"), ("password", secret.as_str())];

    let once = json(&ask(&password));
    let offline = json(&ask(&[&password[..], &[("access_type", "offline")]].concat()));
    let refresh = offline["refresh_token"].as_str().unwrap();

    assert_eq!((&once["expires_in"], &once["scope"]), (&json!(300), &json!(SCOPE)));
    assert!(once["refresh_token"].is_null() && once["token"].is_null());
    assert_eq!(ask(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).status, 200);
    assert_eq!(ask(&[("grant_type", "refresh_token"), ("refresh_token", "x")]).status, 401);
    assert_eq!(ask(&[("grant_type", "magic")]).status, 400);
}

#[test]
fn another_service_and_a_malformed_scope_are_refused() {
    let bench = Bench::new();

    for query in ["service=ghcr.io", "", "service=registry.docker.io&scope=repository:a"] {
        let asked = request("GET", &format!("/token?{query}"), &[("host", AUTH)], "");
        assert_eq!(bench.send(&asked).status, 400, "{query}");
    }
}

#[test]
fn a_bearer_token_opens_its_repository_until_it_ends() {
    let bench = Bench::new();
    let secret = bench.secret("alice");
    let bearer = bench.bearer(Some(("alice", &secret)), SCOPE);

    assert_eq!(bench.manifest("HEAD", "shoreteam/app", &bearer).status, 200);
    assert_eq!(bench.manifest("HEAD", "shoreteam/tools", &bearer).status, 401);
    assert_eq!(bench.manifest("HEAD", "shoreteam/app", "x").status, 401);
    bench.site.knobs.clock_ahead_ms(300_000);
    let late = bench.manifest("HEAD", "shoreteam/app", &bearer);
    let challenge = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:shoreteam/app:pull""#;
    assert_eq!((late.status, header(&late, "www-authenticate")), (401, Some(challenge)));
}

#[test]
fn at_an_address_of_its_own_the_challenge_leads_back_to_it() {
    let bench = Bench::new();

    let reply = bench.send(&request("GET", "/v2/", &[("host", "127.0.0.1:5000")], ""));

    let challenge = r#"Bearer realm="https://127.0.0.1:5000/token",service="registry.docker.io""#;
    assert_eq!((reply.status, header(&reply, "www-authenticate")), (401, Some(challenge)));
}

#[test]
fn a_real_name_answers_for_its_own_service_only() {
    let bench = Bench::new();
    let status = |host: &str, path: &str| bench.send(&request("GET", path, &[("host", host)], "")).status;

    assert_eq!((status(AUTH, "/v2/"), status(REGISTRY, "/token")), (404, 404));
    assert_eq!(status("hub.docker.com", "/v2/auth/token"), 405);
}

#[test]
fn the_apis_token_is_good_for_no_registry() {
    let bench = Bench::new();
    let secret = bench.secret("alice");
    let ask = |secret: &str| {
        let body = json!({ "identifier": "alice", "secret": secret }).to_string();
        bench.send(&request("POST", "/v2/auth/token", &[("host", "hub.docker.com")], &body))
    };

    let token = json(&ask(&secret))["access_token"].as_str().unwrap().to_owned();

    assert_eq!(ask("x").status, 401);
    assert_eq!(bench.login(Some(("alice", &token)), SCOPE).status, 401);
    let claims = bench.site.signer.verified(&token).unwrap();
    let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(Duration::from_secs(life), Duration::from_secs(600));
}

const SCOPE: &str = "repository:shoreteam/app:pull";

//! Registries: challenge, tokens and what they are good for.

use super::*;
use crate::cloud::{Fault, Times};

#[test]
fn the_challenge_leads_to_the_same_host() {
    let bench = Bench::new();
    bench.state.world().stand_in("127.0.0.1:5000", REGISTRY);
    let challenge = |host: &str, path: &str| {
        let reply = bench.send(&request("GET", path, &[("host", host)], ""));
        let header = reply.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap().1.clone();
        (reply.status, header)
    };

    let expected =
        r#"Bearer realm="https://shorepass.azurecr.io/oauth2/token",service="shorepass.azurecr.io""#;
    assert_eq!(challenge(REGISTRY, "/v2/"), (401, expected.into()));
    let stood_in = r#"Bearer realm="https://127.0.0.1:5000/oauth2/token",service="127.0.0.1:5000""#;
    assert_eq!(challenge("127.0.0.1:5000", "/v2/").1, stood_in);
    let (_, narrowed) = challenge(REGISTRY, "/v2/team/app/manifests/latest");
    assert!(narrowed.ends_with(r#",scope="repository:team/app:pull""#), "{narrowed}");
}

#[test]
fn a_refresh_token_counts_at_its_own_host_only_and_until_it_ends() {
    let bench = Bench::new();
    let refresh = bench.refresh_token(REGISTRY, "build");
    let ask = |host: &str, token: &str| narrowed(&bench, host, token, &["repository:team/app:pull"]).status;

    assert_eq!(ask(REGISTRY, &refresh), 200);
    assert_eq!(ask("shorepass.westeurope.geo.azurecr.io", &refresh), 401);
    assert_eq!(ask("shorepass-abc123.azurecr.io", &refresh), 401);
    assert!(bench.state.issued.is_valid_at(REGISTRY, USERNAME, &refresh));
    assert!(!bench.state.issued.is_valid_at("shorepass-abc123.azurecr.io", USERNAME, &refresh));
    assert_eq!(ask(REGISTRY, &bench.entra_token("build", ACR_AUDIENCE)), 401);
    bench.state.knobs.clock_ahead_ms(3 * 3_600_000 + 1000);
    assert_eq!(ask(REGISTRY, &refresh), 401);
    assert!(!bench.state.issued.is_valid(USERNAME, &refresh));
}

#[test]
fn an_access_token_holds_only_what_was_asked_for_and_the_role_allows() {
    let bench = Bench::new();
    let refresh = bench.refresh_token(REGISTRY, "puller");

    let scopes = ["repository:team/app:pull,push", "repository:other:push", "registry:catalog:*"];
    let token =
        json(&narrowed(&bench, REGISTRY, &refresh, &scopes))["access_token"].as_str().unwrap().to_owned();

    assert_eq!(
        claims(&token)["access"],
        json!([
            { "type": "repository", "name": "team/app", "actions": ["pull"] },
            { "type": "registry", "name": "catalog", "actions": ["*"] },
        ])
    );
    let issued = &bench.state.issued;
    assert!(issued.is_valid(USERNAME, &token) && issued.allows(&token, "team/app", "pull"));
    assert!(!issued.allows(&token, "team/app", "push") && !issued.allows(&token, "other", "pull"));
    assert!(issued.allows(&refresh, "other", "pull") && !issued.allows(&refresh, "other", "push"));
    assert_eq!(narrowed(&bench, REGISTRY, &token, &scopes).status, 401, "it is no refresh token");
    for malformed in ["repository:team/*:pull", "repository:team/app", "volume:x:pull"] {
        assert_eq!(narrowed(&bench, REGISTRY, &refresh, &[malformed]).status, 400, "{malformed}");
    }
}

#[test]
fn an_abac_registry_ignores_the_classic_roles_after_the_exchange() {
    let bench = Bench::new();
    let host = "abacshore.azurecr.io";
    let (classic, reader) = (bench.refresh_token(host, "build"), bench.refresh_token(host, "ci"));

    let issued = &bench.state.issued;
    assert!(!issued.allows(&classic, "team/app", "pull"));
    assert!(issued.allows(&reader, "team/app", "pull") && !issued.allows(&reader, "other/app", "pull"));
    let token = narrowed(&bench, host, &classic, &["repository:team/app:pull"]);
    assert_eq!(claims(json(&token)["access_token"].as_str().unwrap())["access"], json!([]));
}

#[test]
fn the_older_form_takes_the_login_and_nobody_where_nobody_may_pull() {
    let bench = Bench::new();
    let refresh = bench.refresh_token(REGISTRY, "build");
    let ask = |host: &str, login: Option<(&str, &str)>| {
        let encoded =
            login.map(|(name, token)| format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{token}"))));
        let mut headers = vec![("host", host)];
        headers.extend(encoded.as_deref().map(|value| ("authorization", value)));
        let target = format!("/oauth2/token?service={host}&scope=repository:team/app:pull,push");
        bench.send(&request("GET", &target, &headers, ""))
    };

    assert_eq!(ask(REGISTRY, Some((USERNAME, &refresh))).status, 200);
    assert_eq!(ask(REGISTRY, Some(("build", &refresh))).status, 401);
    assert_eq!(ask(REGISTRY, None).status, 401);
    let anonymous = json(&ask("openshore.azurecr.io", None))["access_token"].as_str().unwrap().to_owned();
    assert!(bench.state.issued.allows(&anonymous, "team/app", "pull"));
    assert!(!bench.state.issued.allows(&anonymous, "team/app", "push"));
    let stale = ask("openshore.azurecr.io", Some((USERNAME, "stale")));
    assert_eq!(stale.status, 401, "a stale login blocks anonymous pulls");
}

#[test]
fn an_access_token_opens_the_door_and_a_refresh_token_does_not() {
    let bench = Bench::new();
    let refresh = bench.refresh_token(REGISTRY, "build");
    let token = json(&narrowed(&bench, REGISTRY, &refresh, &[]))["access_token"].as_str().unwrap().to_owned();
    let knock = |token: &str| {
        let bearer = format!("Bearer {token}");
        bench.send(&request("GET", "/v2/", &[("host", REGISTRY), ("authorization", &bearer)], "")).status
    };

    assert_eq!((knock(&token), knock(&refresh), knock("x")), (200, 401, 401));
    bench.state.issued.revoke_all();
    assert_eq!(knock(&token), 401);
}

#[test]
fn firewall_and_faults_speak_the_registrys_words() {
    let bench = Bench::new();
    let token = bench.entra_token("build", ACR_AUDIENCE);
    let knobs = &bench.state.knobs;

    knobs.firewall(true);
    let blocked = bench.exchange(REGISTRY, &token);
    assert_eq!(code(&blocked), (403, "DENIED".into()));
    assert!(
        json(&blocked)["errors"][0]["message"].as_str().unwrap().contains("IP '127.0.0.1' is not allowed")
    );
    knobs.firewall(false);
    knobs.fail(Service::Acr, Fault::Throttle(Duration::from_secs(7)), Times::Next(1));
    let throttled = bench.exchange(REGISTRY, &token);
    assert_eq!(code(&throttled), (429, "TOOMANYREQUESTS".into()));
    assert!(throttled.headers.contains(&("retry-after", "7".into())));
    assert_eq!(bench.exchange(REGISTRY, &token).status, 200);
    assert_eq!(bench.state.audit.count("acr:Exchange"), 3);
}

fn narrowed(bench: &Bench, host: &str, refresh: &str, scopes: &[&str]) -> Reply {
    let mut fields = vec![("grant_type", "refresh_token"), ("service", host), ("refresh_token", refresh)];
    fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
    bench.post(host, "/oauth2/token", &fields)
}

//! Tokens for applications: tenants, clients, secrets and scopes.

use super::*;
use crate::cloud::{Fault, Times};

#[test]
fn a_secret_gets_a_token_for_the_resource() {
    let bench = Bench::new();

    let reply = bench.application("build", &[("client_secret", &bench.secret())]);

    let body = json(&reply);
    assert_eq!(
        (reply.status, &body["token_type"], &body["expires_in"]),
        (200, &"Bearer".into(), &3600.into())
    );
    let claims = claims(body["access_token"].as_str().unwrap());
    assert_eq!(claims["aud"], ACR_AUDIENCE);
    assert_eq!((&claims["tid"], &claims["appid"]), (&bench.tenant().into(), &bench.id("build").into()));
    assert_eq!(bench.state.audit.entries()[0].principal.as_deref(), Some("build"));
}

#[test]
fn wrong_expired_and_missing_secrets_are_told_apart() {
    let bench = Bench::new();
    let secret = bench.secret();
    let refused = |number: u64| (401, "invalid_client".to_owned(), number);

    assert_eq!(refusal(&bench.application("build", &[("client_secret", "x")])), refused(7_000_215));
    assert_eq!(refusal(&bench.application("build", &[])), refused(7_000_216));
    assert_eq!(refusal(&bench.application("azure-cli", &[("client_secret", "x")])), refused(700_025));
    bench.state.world().app_mut("build").unwrap().expire_secrets();
    assert_eq!(refusal(&bench.application("build", &[("client_secret", &secret)])), refused(7_000_222));
}

#[test]
fn unknown_tenants_and_applications_are_told_apart() {
    let bench = Bench::new();
    let secret = bench.secret();
    let id = bench.id("build");
    let ask = |tenant: &str, id: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret.as_str()),
            ("scope", REGISTRY_SCOPE),
        ];
        refusal(&bench.post(LOGIN, &format!("/{tenant}/oauth2/v2.0/token"), &fields))
    };
    let stranger = "11111111-2222-3333-4444-555555555555";

    assert_eq!(ask(stranger, &id), (400, "invalid_request".into(), 90002));
    assert_eq!(ask("other.example", &id), (400, "invalid_request".into(), 90002));
    assert_eq!(ask("nonsense", &id), (400, "invalid_request".into(), 900_023));
    assert_eq!(ask("common", &id).2, 900_023);
    assert_eq!(ask(&bench.tenant(), stranger), (400, "unauthorized_client".into(), 700_016));
    assert_eq!(ask("shorepass.example", &id).0, 200);
}

#[test]
fn a_scope_is_one_known_resource_with_default() {
    let bench = Bench::new();
    let (id, secret) = (bench.id("build"), bench.secret());
    let ask = |scope: &str| {
        refusal(&bench.token(&[
            ("grant_type", "client_credentials"),
            ("client_id", &id),
            ("client_secret", &secret),
            ("scope", scope),
        ]))
    };

    for good in
        [REGISTRY_SCOPE, "https://management.azure.com/.default", "https://management.azure.com//.default"]
    {
        assert_eq!(ask(good).0, 200, "{good}");
    }
    for malformed in [ACR_AUDIENCE, &format!("{REGISTRY_SCOPE} {REGISTRY_SCOPE}"), "openid"] {
        assert_eq!(ask(malformed), (400, "invalid_scope".into(), 70011), "{malformed}");
    }
    assert_eq!(ask("https://shorepass.azurecr.io/.default"), (400, "invalid_resource".into(), 500_011));
    assert_eq!(ask("").2, 900_144);
    bench.state.world().remove_resource(ACR_AUDIENCE);
    assert_eq!(ask(REGISTRY_SCOPE).2, 500_011);
}

#[test]
fn what_is_no_form_of_a_known_grant_is_refused() {
    let bench = Bench::new();
    let path = format!("/{}/oauth2/v2.0/token", bench.tenant());
    let body = form_of(&[("grant_type", "client_credentials")]);

    let no_form = bench.send(&request("POST", &path, &[("host", LOGIN)], &body));

    assert_eq!(number(&no_form), 900_144);
    assert_eq!(refusal(&bench.token(&[("grant_type", "password")])).1, "unsupported_grant_type");
    assert_eq!(number(&bench.token(&[])), 900_144);
}

#[test]
fn lives_follow_the_knob_and_tokens_the_clouds_clock() {
    let bench = Bench::new();
    bench.state.knobs.access_token_life(Duration::from_secs(120));
    bench.state.knobs.clock_ahead_ms(-3_600_000);

    let reply = bench.application("build", &[("client_secret", &bench.secret())]);

    let token = json(&reply)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(json(&reply)["expires_in"], 120);
    assert!(claims(&token)["exp"].as_u64().unwrap() <= bench.state.now_seconds() + 120);
    assert!(access_token::verify(&bench.state, &token).is_some());
    bench.state.knobs.clock_ahead_ms(0);
    assert!(access_token::verify(&bench.state, &token).is_none());
}

#[test]
fn discovery_leads_to_the_name_that_the_client_used() {
    let bench = Bench::new();
    let tenant = bench.tenant();

    let document = json(&bench.get(&format!("/{tenant}/v2.0/.well-known/openid-configuration"), &[]));
    let keys = json(&bench.get(&format!("/{tenant}/discovery/v2.0/keys"), &[]));
    let instance = json(&bench.get("/common/discovery/instance?api-version=1.1", &[]));

    assert_eq!(document["token_endpoint"], format!("https://{LOGIN}/{tenant}/oauth2/v2.0/token"));
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    assert_eq!(instance["metadata"][0]["preferred_network"], LOGIN);
    let stranger = "/11111111-2222-3333-4444-555555555555/v2.0/.well-known/openid-configuration";
    assert_eq!(number(&bench.get(stranger, &[])), 90002);
}

#[test]
fn faults_speak_entras_words() {
    let bench = Bench::new();
    let knobs = &bench.state.knobs;
    knobs.fail(Service::Entra, Fault::Throttle(Duration::from_secs(3)), Times::Next(1));
    knobs.fail(Service::Entra, Fault::Error(entra_error(90033)), Times::Next(1));

    let [throttled, transient, well] =
        [(); 3].map(|()| bench.application("build", &[("client_secret", &bench.secret())]));

    assert_eq!(refusal(&throttled), (429, "temporarily_unavailable".into(), 90055));
    assert!(throttled.headers.contains(&("retry-after", "3".into())));
    assert_eq!((refusal(&transient).2, well.status), (90033, 200));
    assert_eq!(bench.state.audit.count("entra:Token"), 3);
}

#[test]
fn audit_and_debug_hold_no_secret() {
    let bench = Bench::new();
    let secret = bench.secret();
    let refresh = bench.refresh_token(REGISTRY, "build");
    bench.application("build", &[("client_secret", &secret)]);

    let told =
        format!("{:?} {:?} {:?}", bench.state.audit.entries(), bench.state.issued, bench.state.world());

    assert!(!told.contains(&secret) && !told.contains(&refresh));
    assert!(!told.contains("PRIVATE KEY"));
}

//! From an Entra token to a registry's refresh token.

use super::*;

#[test]
fn the_host_decides_and_look_alikes_are_nobody() {
    let bench = Bench::new();
    let token = bench.entra_token("build", ACR_AUDIENCE);

    for host in ["unknown.azurecr.io", "shorepass.azurecr.io.evil.example", "127.0.0.1:5000", LOGIN] {
        assert_eq!(bench.exchange(host, &token).status, 404, "{host}");
    }
    let entra_there = bench.post(REGISTRY, &format!("/{}/oauth2/v2.0/token", bench.tenant()), &[]);
    assert_eq!(entra_there.status, 404, "a registry's name is no tenant's");
}

#[test]
fn an_entra_token_becomes_a_refresh_token_of_three_hours() {
    let bench = Bench::new();

    let refresh = bench.refresh_token(REGISTRY, "build");

    let claims = claims(&refresh);
    assert_eq!((&claims["iss"], &claims["aud"]), (&"Azure Container Registry".into(), &REGISTRY.into()));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3 * 3600);
    assert_eq!((&claims["grant_type"], &claims["tenant"]), (&"refresh_token".into(), &bench.tenant().into()));
    assert!(bench.state.issued.is_valid(USERNAME, &refresh));
    assert!(!bench.state.issued.is_valid("build", &refresh));
    assert!(!bench.state.issued.is_valid(USERNAME, "another"));
    assert_eq!(bench.state.audit.entries()[0].principal.as_deref(), Some("build"));
}

#[test]
fn the_exchange_believes_only_entras_current_tokens() {
    let bench = Bench::new();
    let forged = Bench::new().entra_token("build", ACR_AUDIENCE);
    let good = bench.entra_token("build", ACR_AUDIENCE);
    let refresh = bench.refresh_token(REGISTRY, "build");
    let unauthorized = (401, "UNAUTHORIZED".to_owned());

    for token in [forged.as_str(), &refresh, "no-jwt", ""] {
        assert_eq!(code(&bench.exchange(REGISTRY, token)), unauthorized, "{token}");
    }
    assert_eq!(bench.exchange(REGISTRY, &good).status, 200);
    bench.state.knobs.clock_ahead_ms(3_601_000);
    assert_eq!(code(&bench.exchange(REGISTRY, &good)), unauthorized, "it has expired");
}

#[test]
fn the_arm_audience_counts_only_where_the_registry_allows_it() {
    let bench = Bench::new();
    let arm = bench.entra_token("build", "https://management.azure.com");
    let other = bench.entra_token("build", "https://vault.azure.net");

    assert_eq!(bench.exchange(REGISTRY, &arm).status, 200);
    assert_eq!(bench.exchange("strictshore.azurecr.io", &arm).status, 401);
    assert_eq!(bench.exchange(REGISTRY, &other).status, 401);
    assert_eq!(
        bench.exchange("strictshore.azurecr.io", &bench.entra_token("build", ACR_AUDIENCE)).status,
        200
    );
}

#[test]
fn tenant_role_and_principal_must_be_the_registrys() {
    let bench = Bench::new();
    let token = bench.entra_token("puller", ACR_AUDIENCE);
    let other_tenant = "11111111-2222-3333-4444-555555555555";
    let with_tenant = |tenant: &str| {
        let fields = [
            ("grant_type", "access_token"),
            ("service", REGISTRY),
            ("tenant", tenant),
            ("access_token", token.as_str()),
        ];
        bench.post(REGISTRY, "/oauth2/exchange", &fields).status
    };

    assert_eq!((with_tenant(&bench.tenant()), with_tenant(other_tenant)), (200, 401));
    assert_eq!(bench.exchange("abacshore.azurecr.io", &token).status, 401, "no role there");
    let foreign =
        Registry::new("foreign.azurecr.io").of_tenant(other_tenant).role("puller", RegistryRole::Pull);
    bench.state.world().registries.push(foreign);
    assert_eq!(bench.exchange("foreign.azurecr.io", &token).status, 401);
    bench.state.world().remove_principal("puller");
    assert_eq!(bench.exchange(REGISTRY, &token).status, 401);
}

#[test]
fn the_exchange_is_a_post_for_its_own_service() {
    let bench = Bench::new();
    let token = bench.entra_token("build", ACR_AUDIENCE);
    let ask = |grant: &str, service: &str| {
        let fields = [("grant_type", grant), ("service", service), ("access_token", token.as_str())];
        bench.post(REGISTRY, "/oauth2/exchange", &fields).status
    };

    assert_eq!(ask("access_token", REGISTRY), 200);
    assert_eq!(ask("access_token", "shorepass-abc123.azurecr.io"), 400);
    assert_eq!(ask("access_token", "shorepass.westeurope.geo.azurecr.io"), 400);
    assert_eq!(ask("access_token", ""), 400);
    assert_eq!(ask("refresh_token", REGISTRY), 400);
    assert_eq!(bench.send(&request("GET", "/oauth2/exchange", &[("host", REGISTRY)], "")).status, 404);
}

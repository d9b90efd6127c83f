//! STS: whose tokens it takes, and what it says about the others.

use super::*;

#[test]
fn each_fault_of_a_token_has_its_sentence() {
    let bench = Bench::new();
    let issuer = bench.issuer(CI_ISSUER);
    let good = bench.job_token(MINUTE);
    let (body, _) = good.rsplit_once('.').unwrap();
    let signed = |name: &str, value: Value| {
        let mut claims = job_claims(MINUTE);
        claims[name] = value;
        issuer.sign(&claims)
    };

    for (token, told) in [
        ("no-jwt".into(), "Unable to parse the ID Token."),
        (
            signed("iss", "https://evil.example".into()),
            "The issuer in ID Token https://evil.example does not match the expected one in config: https://ci.shorepass.example.",
        ),
        (
            signed("aud", "sts.amazonaws.com".into()),
            "The audience in ID Token [sts.amazonaws.com] does not match the expected audience.",
        ),
        (signed("aud", Value::Null), "The audience in ID Token [] does not match the expected audience."),
        (signed("iat", Value::Null), "ID Token issued at null is stale to sign-in."),
        (issuer.rotated().sign(&job_claims(MINUTE)), "Error connecting to the given credential's issuer."),
        (format!("{body}.AAAA"), "Unable to verify the ID Token signature."),
    ] {
        let expected = (400, "invalid_grant".to_owned(), told.to_owned());
        assert_eq!(bench.exchange_error(&exchange(CI_PROVIDER, JWT, &token)), expected);
    }
}

#[test]
fn a_token_that_is_over_or_not_yet_is_stale() {
    let bench = Bench::new();
    let token = bench.job_token(MINUTE);

    for ahead_ms in [61_000, -120_000] {
        bench.state.knobs.clock_ahead_ms(ahead_ms);
        let (_, error, told) = bench.exchange_error(&exchange(CI_PROVIDER, JWT, &token));
        assert_eq!(error, "invalid_grant");
        assert!(told.starts_with("ID Token issued at ") && told.ends_with(" is stale to sign-in."), "{told}");
    }
}

#[test]
fn the_providers_name_is_the_audience_unless_others_are_listed() {
    let bench = Bench::new();
    let for_audience = |audience: Value| {
        let mut claims = job_claims(MINUTE);
        claims["aud"] = audience;
        let token = bench.issuer(CI_ISSUER).sign(&claims);
        bench.post_form("/v1/token", &exchange(CI_PROVIDER, JWT, &token)).status
    };
    let with_scheme = format!("https:{CI_PROVIDER}");

    assert_eq!(for_audience(with_scheme.as_str().into()), 200);
    assert_eq!(for_audience(CI_PROVIDER.into()), 200);
    assert_eq!(for_audience(json!(["other", with_scheme])), 200);
    {
        let mut world = bench.state.world();
        let provider = world.provider_mut(CI_PROVIDER).unwrap();
        *provider = provider.clone().audience("shore");
    }
    assert_eq!(for_audience("shore".into()), 200);
    assert_eq!(for_audience(with_scheme.as_str().into()), 400);
}

#[test]
fn the_attribute_condition_decides_last() {
    let bench = Bench::new();
    bench.state.world().provider_mut(CI_PROVIDER).unwrap().require("namespace_path", "shore*");
    let outcome = |namespace: Option<&str>| {
        let mut claims = job_claims(MINUTE);
        claims["namespace_path"] = namespace.into();
        let token = bench.issuer(CI_ISSUER).sign(&claims);
        bench.post_form("/v1/token", &exchange(CI_PROVIDER, JWT, &token))
    };

    assert_eq!(outcome(Some("shore/app")).status, 200);
    for namespace in [Some("stranger"), None] {
        let told = "The given credential is rejected by the attribute condition.";
        assert_eq!(oauth_error(&outcome(namespace)), (400, "unauthorized_client".into(), told.into()));
    }
}

#[test]
fn a_subject_has_127_bytes_at_most() {
    let bench = Bench::new();
    let outcome = |length: usize| {
        let mut claims = job_claims(MINUTE);
        claims["sub"] = "s".repeat(length).into();
        let token = bench.issuer(CI_ISSUER).sign(&claims);
        bench.post_form("/v1/token", &exchange(CI_PROVIDER, JWT, &token))
    };

    assert_eq!(outcome(127).status, 200);
    assert_eq!(oauth_error(&outcome(128)).1, "invalid_request");
    assert_eq!(oauth_error(&outcome(0)).1, "unauthorized_client");
}

impl Bench {
    pub(super) fn job_token(&self, life: Duration) -> String {
        self.issuer(CI_ISSUER).sign(&job_claims(life))
    }

    pub(super) fn exchange_error(&self, fields: &[(&str, &str)]) -> (u16, String, String) {
        oauth_error(&self.post_form("/v1/token", fields))
    }
}

fn job_claims(life: Duration) -> Value {
    json!({
        "iss": CI_ISSUER, "sub": "project:shore", "aud": format!("https:{CI_PROVIDER}"),
        "iat": now(), "exp": now() + life.as_secs(),
    })
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);

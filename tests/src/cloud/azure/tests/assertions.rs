//! Assertions in place of a secret: certificates and other people's tokens.

use super::*;
use crate::cloud::Issuer;

#[test]
fn a_registered_certificate_signs_with_either_algorithm_and_either_thumbprint() {
    let bench = Bench::new();
    let certificate = certificate(&bench);

    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        for header in [
            Header { x5t: Some(certificate.thumbprint().into()), ..Header::new(algorithm) },
            Header { x5t: Some(format!("{}=", certificate.thumbprint())), ..Header::new(algorithm) },
            Header { x5t_s256: Some(certificate.sha256_thumbprint().into()), ..Header::new(algorithm) },
        ] {
            let assertion = signed(&certificate, &header, &good_claims(&bench));

            assert_eq!(bench.with_assertion("build", &assertion).status, 200, "{header:?}");
        }
    }
}

#[test]
fn the_audience_is_the_endpoint_as_addressed_or_the_issuer() {
    let bench = Bench::new();
    let tenant = bench.tenant();
    let ask = |audience: &str| refusal(&assert_with(&bench, &[("aud", audience.into())]));

    assert_eq!(ask(&format!("https://{LOGIN}/{tenant}/v2.0")).0, 200);
    for wrong in [
        format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"),
        format!("http://{LOGIN}/{tenant}/oauth2/v2.0/token"),
        format!("https://{LOGIN}/{tenant}/oauth2/v2.0/token/"),
        format!("https://{LOGIN}/common/oauth2/v2.0/token"),
    ] {
        assert_eq!(ask(&wrong), (401, "invalid_client".into(), 700_023), "{wrong}");
    }
}

#[test]
fn a_certificates_assertion_is_for_ten_minutes_by_the_application_about_itself() {
    let bench = Bench::new();
    let now = bench.state.now_seconds();
    let ask = |name: &str, value: Value| number(&assert_with(&bench, &[(name, value)]));
    let fraction = now as f64 + 599.5;

    assert_eq!(ask("exp", fraction.into()), 0, "some clients send fractions");
    assert_eq!(ask("exp", (now + 660).into()), 700_024);
    assert_eq!(ask("exp", now.into()), 700_024);
    assert_eq!(ask("nbf", (now + 400).into()), 700_024);
    assert_eq!(ask("exp", Value::Null), 50027);
    assert_eq!(ask("jti", Value::Null), 50027);
    assert_eq!(ask("iss", bench.id("ci").into()), 700_021);
    assert_eq!(ask("sub", bench.id("ci").into()), 700_021);
}

#[test]
fn a_clock_that_is_off_shows_as_an_invalid_time_range() {
    let bench = Bench::new();
    let assertion = signed(&certificate(&bench), &good_header(&bench), &good_claims(&bench));
    bench.state.knobs.clock_ahead_ms(1_200_000);

    let reply = bench.with_assertion("build", &assertion);

    assert_eq!(refusal(&reply), (401, "invalid_client".into(), 700_024));
}

#[test]
fn only_keys_of_registered_certificates_count() {
    let bench = Bench::new();
    let claims = good_claims(&bench);
    let stranger = AppCertificate::generate("stranger");
    let stranger_header = Header { x5t: Some(stranger.thumbprint().into()), ..Header::new(Algorithm::RS256) };
    let mixed = Header { x5t: Some(stranger.thumbprint().into()), ..good_header(&bench) };
    let ask = |certificate: &AppCertificate, header: &Header| {
        number(&bench.with_assertion("build", &signed(certificate, header, &claims)))
    };

    assert_eq!(ask(&stranger, &stranger_header), 700_027);
    assert_eq!(ask(&stranger, &good_header(&bench)), 700_027, "the signature is another key's");
    assert_eq!(ask(&certificate(&bench), &mixed), 700_027, "both thumbprints must fit");
    assert_eq!(ask(&certificate(&bench), &Header::new(Algorithm::RS256)), 700_027, "no thumbprint");
    let other_algorithm = Header { alg: Algorithm::RS512, ..good_header(&bench) };
    assert_eq!(ask(&certificate(&bench), &other_algorithm), 5_002_738);
    let good = certificate(&bench);
    bench.state.world().app_mut("build").unwrap().remove_certificates();
    assert_eq!(
        ask(&good, &Header { x5t: Some(good.thumbprint().into()), ..Header::new(Algorithm::RS256) }),
        700_027
    );
}

#[test]
fn an_assertion_needs_its_type_and_stands_alone() {
    let bench = Bench::new();
    let assertion = signed(&certificate(&bench), &good_header(&bench), &good_claims(&bench));
    let secret = bench.secret();

    assert_eq!(number(&bench.application("build", &[("client_assertion", &assertion)])), 90023);
    let both = [("client_assertion", assertion.as_str()), ("client_secret", secret.as_str())];
    assert_eq!(number(&bench.application("build", &both)), 90023);
    assert_eq!(number(&bench.with_assertion("build", "no-jwt")), 50027);
    assert_eq!(number(&bench.with_assertion("azure-cli", &assertion)), 700_025);
}

#[test]
fn a_federated_credential_is_matched_to_the_letter() {
    let bench = Bench::new();
    let issuer = issuer(&bench);
    let ask = |subject: &str, audience: &str| {
        let token = issuer.token(subject, audience, Duration::from_secs(300));
        refusal(&bench.with_assertion("ci", &token))
    };
    let refused = |number: u64| (401, "invalid_client".to_owned(), number);

    assert_eq!(ask(CI_SUBJECT, FEDERATED_AUDIENCE).0, 200);
    assert_eq!(ask(&CI_SUBJECT.to_uppercase(), FEDERATED_AUDIENCE), refused(700_213));
    assert_eq!(ask("repo:shorepass/images:ref:refs/heads/next", FEDERATED_AUDIENCE), refused(700_213));
    assert_eq!(ask(CI_SUBJECT, "api://azureadtokenexchange"), refused(700_212));
    let slash = Issuer::rs256(&format!("{CI_ISSUER}/"));
    let token = slash.token(CI_SUBJECT, FEDERATED_AUDIENCE, Duration::from_secs(300));
    assert_eq!(refusal(&bench.with_assertion("ci", &token)), refused(700_211));
    let token = issuer.token(CI_SUBJECT, FEDERATED_AUDIENCE, Duration::from_secs(300));
    assert_eq!(refusal(&bench.with_assertion("build", &token)), refused(70021), "no credential at all");
}

#[test]
fn the_refusal_says_what_the_token_claims() {
    let bench = Bench::new();
    let token = issuer(&bench).token("somebody", FEDERATED_AUDIENCE, Duration::from_secs(300));

    let reply = bench.with_assertion("ci", &token);

    assert!(json(&reply)["error_description"].as_str().unwrap().contains("subject 'somebody'"));
}

#[test]
fn expired_forged_and_unfetchable_tokens_are_refused() {
    let bench = Bench::new();
    let issuer = issuer(&bench);
    let life = Duration::from_secs(300);
    let ask = |token: &str| number(&bench.with_assertion("ci", token));

    assert_eq!(ask(&issuer.token(CI_SUBJECT, FEDERATED_AUDIENCE, Duration::ZERO)), 700_024);
    assert_eq!(ask(&issuer.rotated().token(CI_SUBJECT, FEDERATED_AUDIENCE, life)), 700_027);
    let elliptic = Issuer::es256(CI_ISSUER);
    assert_eq!(ask(&elliptic.token(CI_SUBJECT, FEDERATED_AUDIENCE, life)), 5_002_738, "only RSA is taken");
    let good = issuer.token(CI_SUBJECT, FEDERATED_AUDIENCE, life);
    bench.state.world().issuers.clear();
    assert_eq!(ask(&good), 50166, "its keys cannot be fetched");
}

#[test]
fn a_list_of_audiences_may_hold_the_right_one() {
    let bench = Bench::new();
    let now = bench.state.now_seconds();
    let claims = json!({
        "iss": CI_ISSUER, "sub": CI_SUBJECT, "aud": [FEDERATED_AUDIENCE], "iat": now, "exp": now + 60,
    });

    assert_eq!(bench.with_assertion("ci", &issuer(&bench).sign(&claims)).status, 200);
}

fn assert_with(bench: &Bench, changes: &[(&str, Value)]) -> Reply {
    let mut claims = good_claims(bench);
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    bench.with_assertion("build", &signed(&certificate(bench), &good_header(bench), &claims))
}

fn good_claims(bench: &Bench) -> Value {
    let (id, now) = (bench.id("build"), bench.state.now_seconds());
    json!({
        "aud": format!("https://{LOGIN}/{}/oauth2/v2.0/token", bench.tenant()),
        "iss": id, "sub": id, "jti": "1", "nbf": now, "exp": now + 600,
    })
}

fn good_header(bench: &Bench) -> Header {
    let thumbprint = certificate(bench).sha256_thumbprint().to_owned();
    Header { x5t_s256: Some(thumbprint), ..Header::new(Algorithm::RS256) }
}

fn signed(certificate: &AppCertificate, header: &Header, claims: &Value) -> String {
    let key = EncodingKey::from_rsa_pem(certificate.key_pem().expose().as_bytes()).unwrap();
    encode(header, claims, &key).unwrap()
}

fn certificate(bench: &Bench) -> AppCertificate {
    bench.state.world().find_app("build").unwrap().current_certificate().unwrap().clone()
}

fn issuer(bench: &Bench) -> Issuer {
    bench.state.world().find_issuer(CI_ISSUER).cloned().unwrap()
}

//! `jwt-bearer`: what a service account's assertion must be like.

use super::*;

#[test]
fn a_good_assertion_gets_a_token_of_an_hour() {
    let bench = Bench::new();

    for audience in ["https://oauth2.googleapis.com/token", "http://127.0.0.1:1/token"] {
        let reply = bench.assert(&with_claim("aud", audience.into()));

        let body = json_of(&reply);
        let facts = bench.state.issued.find_live(text_of(&body, "access_token")).unwrap();
        assert_eq!(
            (reply.status, &body["expires_in"], &body["token_type"]),
            (200, &3599.into(), &"Bearer".into())
        );
        assert_eq!(
            (facts.principal, facts.scopes),
            (format!("serviceAccount:{PULLER}"), vec![READ_ONLY.to_owned()])
        );
    }
    assert_eq!(bench.state.audit.count("oauth2:JwtBearer"), 2);
}

#[test]
fn a_token_follows_the_knob_to_the_millisecond() {
    let bench = Bench::new();
    bench.state.knobs.token_life(Some(Duration::from_millis(2900)));

    let body = json_of(&bench.assert(&good()));

    let left = bench.left(text_of(&body, "access_token"));
    assert_eq!(body["expires_in"], 2);
    assert!((Duration::from_millis(2000)..=Duration::from_millis(2900)).contains(&left), "{left:?}");
}

#[test]
fn what_is_no_jwt_is_a_bad_request() {
    let bench = Bench::new();

    for bad in ["", "a.b", "a.b.c", "e30.e30", "W10.W10.x"] {
        let reply = bench.post_form("/token", &[("grant_type", GRANT), ("assertion", bad)]);
        assert_eq!(oauth_error(&reply), (400, "invalid_request".into(), "Bad Request".into()), "{bad}");
    }
}

#[test]
fn only_the_accounts_own_key_counts() {
    let bench = Bench::new();
    let key = bench.key();
    let body = key.sign(&good());
    let (signed, _) = body.rsplit_once('.').unwrap();
    let forged = format!("{signed}.AAAA");
    let elsewhere = Issuer::es256(PULLER).sign(&good());
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", signed.split_once('.').unwrap().1);

    for bad in [forged, elsewhere, unsigned] {
        assert_eq!(bench.refusal_of(&bad), grant("Invalid JWT Signature."), "{bad}");
    }
    bench.state.world().account_mut(PULLER).unwrap().delete_keys();
    assert_eq!(bench.refusal_of(&body), grant("Invalid JWT Signature."));
}

#[test]
fn a_key_for_another_algorithm_does_not_count() {
    let bench = Bench::new();
    let key = Issuer::es256(PULLER);
    bench.state.world().account_mut(PULLER).unwrap().keys.push(key.clone());

    assert_eq!(bench.refusal_of(&key.sign(&good())), grant("Invalid JWT Signature."));
}

#[test]
fn an_unknown_account_is_not_found() {
    let bench = Bench::new();

    for unknown in [json!("none@shore.iam.gserviceaccount.com"), Value::Null] {
        let reply = bench.assert(&with_claim("iss", unknown));
        assert_eq!(oauth_error(&reply), grant("Invalid grant: account not found"));
    }
}

#[test]
fn another_accounts_key_does_not_count() {
    let bench = Bench::new();

    let reply = bench.assert(&with_claim("iss", MIDDLE.into()));

    assert_eq!(oauth_error(&reply), grant("Invalid JWT Signature."));
}

#[test]
fn times_must_be_there_and_reasonable() {
    let bench = Bench::new();
    let told = |claims: &Value| oauth_error(&bench.assert(claims)).2;

    assert_eq!(told(&with_claim("iat", Value::Null)), "Invalid JWT: iat (issued at) is not set.");
    assert_eq!(told(&with_claim("exp", Value::Null)), "Invalid JWT: exp (expiration time) is not set.");
    for (issued_at, expires_at) in
        [(now(), now() + 3601), (now() - 3600, now()), (now() + 120, now() + 600), (now(), now() - 10)]
    {
        let mut claims = with_claim("iat", issued_at.into());
        claims["exp"] = expires_at.into();
        assert!(told(&claims).starts_with("Invalid JWT: Token must be a short-lived token"), "{claims}");
    }
    bench.state.knobs.clock_ahead_ms(3_601_000);
    assert!(told(&good()).starts_with("Invalid JWT: Token must be a short-lived token"));
}

#[test]
fn a_scope_must_be_named_and_exist() {
    let bench = Bench::new();

    for scope in [Value::Null, json!(""), json!("https://www.googleapis.com/auth/nonsense")] {
        assert_eq!(oauth_error(&bench.assert(&with_claim("scope", scope))).1, "invalid_scope");
    }
}

#[test]
fn the_audience_must_be_the_token_endpoint() {
    let bench = Bench::new();

    for audience in
        ["https://oauth2.googleapis.com/", "http://127.0.0.1:2/token", "https://evil.example/token"]
    {
        let reply = bench.assert(&with_claim("aud", audience.into()));
        assert_eq!(oauth_error(&reply), grant("Invalid JWT: Failed audience check."), "{audience}");
    }
}

#[test]
fn nobody_may_act_for_a_person() {
    let bench = Bench::new();

    let person = bench.assert(&with_claim("sub", "alice@shore.example".into()));
    let itself = bench.assert(&with_claim("sub", PULLER.into()));

    assert_eq!((person.status, oauth_error(&person).1), (401, "unauthorized_client".into()));
    assert_eq!(itself.status, 200);
}

#[test]
fn other_grants_are_not_supported() {
    let bench = Bench::new();

    for fields in [vec![], vec![("grant_type", "password")]] {
        assert_eq!(oauth_error(&bench.post_form("/token", &fields)).1, "unsupported_grant_type");
    }
    let in_the_query = format!("/token?{}", form(&[("grant_type", GRANT)]));
    assert_eq!(oauth_error(&bench.post(&in_the_query, "text/plain", "")).1, "unsupported_grant_type");
}

impl Bench {
    fn key(&self) -> Issuer {
        self.state.world().find_account(PULLER).unwrap().keys[0].clone()
    }

    fn assert(&self, claims: &Value) -> Reply {
        let assertion = self.key().sign(claims);
        self.post_form("/token", &[("grant_type", GRANT), ("assertion", &assertion)])
    }

    fn refusal_of(&self, assertion: &str) -> (u16, String, String) {
        oauth_error(&self.post_form("/token", &[("grant_type", GRANT), ("assertion", assertion)]))
    }
}

fn good() -> Value {
    let now = now();
    json!({
        "iss": PULLER, "scope": READ_ONLY, "aud": "https://oauth2.googleapis.com/token",
        "iat": now, "exp": now + 3600,
    })
}

/// `null` leaves the claim out.
fn with_claim(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn grant(description: &str) -> (u16, String, String) {
    (400, "invalid_grant".into(), description.into())
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

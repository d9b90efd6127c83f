//! `generateAccessToken`: who may ask for whose tokens, and for how long.

use super::*;

#[test]
fn whoever_is_trusted_gets_a_token() {
    let bench = Bench::new();
    let asked = json!({ "scope": [READ_ONLY], "lifetime": "600s" });

    let reply = bench.generate(&bench.user_token(CLOUD_PLATFORM), PULLER, &asked);

    let body = json_of(&reply);
    let token = text_of(&body, "accessToken");
    let end = humantime::parse_rfc3339(text_of(&body, "expireTime")).unwrap();
    let facts = bench.state.issued.find_live(token).unwrap();
    assert_eq!((reply.status, facts.expires_at), (200, end));
    assert_eq!(
        (facts.principal, facts.scopes),
        (format!("serviceAccount:{PULLER}"), vec![READ_ONLY.to_owned()])
    );
    assert!((Duration::from_secs(598)..=Duration::from_secs(600)).contains(&bench.left(token)));
    assert_eq!(bench.state.audit.entries()[0].principal, Some(format!("user:{USER}")));
}

#[test]
fn a_federated_job_may_ask_for_the_pullers_token() {
    let bench = Bench::new();
    let audience = format!("https:{CI_PROVIDER}");
    let job = bench.issuer(CI_ISSUER).token("project:shore", &audience, Duration::from_secs(300));
    let federated = json_of(&bench.post_form("/v1/token", &exchange(CI_PROVIDER, JWT, &job)));

    let asked = json!({ "scope": [CLOUD_PLATFORM] });
    let body = json_of(&bench.generate(text_of(&federated, "access_token"), PULLER, &asked));

    let left = bench.left(text_of(&body, "accessToken"));
    assert!(left > Duration::from_secs(3590), "an hour, although the job's token lasts five minutes");
}

#[test]
fn a_bearer_token_must_be_live_and_of_this_cloud() {
    let bench = Bench::new();
    let asked = json!({ "scope": [CLOUD_PLATFORM] });
    let good = bench.user_token(CLOUD_PLATFORM);

    let missing = bench.generate_with(&[], PULLER, &asked.to_string());
    let stranger = bench.generate("ya29.stranger", PULLER, &asked);
    bench.state.issued.revoke_all();
    let expired = bench.generate(&good, PULLER, &asked);
    let basic = bench.generate_with(&[("authorization", "Basic YTpi")], PULLER, "no json");

    for (reply, told) in [
        (&missing, "is missing"),
        (&stranger, "had invalid"),
        (&expired, "had invalid"),
        (&basic, "had invalid"),
    ] {
        let (status, code, message) = api_error(reply);
        assert_eq!((status, code.as_str()), (401, "UNAUTHENTICATED"));
        assert!(message.starts_with("Request ") && message.contains(told), "{message}");
        assert!(header(reply, "www-authenticate").starts_with("Bearer "));
    }
}

#[test]
fn a_narrow_bearer_token_is_not_enough() {
    let bench = Bench::new();

    let reply = bench.generate(&bench.user_token(READ_ONLY), PULLER, &json!({ "scope": [READ_ONLY] }));

    assert_eq!(api_error(&reply).1, "PERMISSION_DENIED");
    assert_eq!(json_of(&reply)["error"]["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
}

#[test]
fn whoever_is_not_trusted_is_denied() {
    let bench = Bench::new();

    let reply = bench.generate(&bench.user_token(CLOUD_PLATFORM), TARGET, &json!({ "scope": [READ_ONLY] }));

    let told = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
    assert_eq!(api_error(&reply), (403, "PERMISSION_DENIED".into(), told.into()));
    assert_eq!(json_of(&reply)["error"]["details"][0]["reason"], "IAM_PERMISSION_DENIED");
}

#[test]
fn an_unknown_account_is_not_found() {
    let bench = Bench::new();

    let reply = bench.generate(&bench.user_token(CLOUD_PLATFORM), "none@x", &json!({ "scope": [READ_ONLY] }));

    let told = "Not found; Gaia id not found for email none@x";
    assert_eq!(api_error(&reply), (404, "NOT_FOUND".into(), told.into()));
}

#[test]
fn every_step_of_a_chain_is_checked() {
    let bench = Bench::new();
    let puller = bench.token_of(&format!("serviceAccount:{PULLER}"), CLOUD_PLATFORM);
    let user = bench.user_token(CLOUD_PLATFORM);
    let status = |token: &str, delegates: &[&str]| {
        let delegates: Vec<String> =
            delegates.iter().map(|email| format!("projects/-/serviceAccounts/{email}")).collect();
        bench.generate(token, TARGET, &json!({ "delegates": delegates, "scope": [READ_ONLY] })).status
    };

    assert_eq!(status(&puller, &[MIDDLE]), 200);
    assert_eq!(status(&user, &[PULLER, MIDDLE]), 200);
    assert_eq!(status(&puller, &[]), 403, "the middle is left out");
    assert_eq!(status(&user, &[MIDDLE]), 403, "the first step");
    assert_eq!(status(&user, &[MIDDLE, PULLER]), 403, "the wrong way round");
    assert_eq!(status(&user, &["none@x"]), 404);
    bench.state.world().account_mut(MIDDLE).unwrap().distrust();
    assert_eq!(status(&puller, &[MIDDLE]), 403, "the trust is gone");
}

#[test]
fn what_is_asked_for_must_make_sense() {
    let bench = Bench::new();
    let token = bench.user_token(CLOUD_PLATFORM);

    for body in [
        json!({}),
        json!([]),
        json!({ "scope": [] }),
        json!({ "scope": READ_ONLY }),
        json!({ "scope": ["https://www.googleapis.com/auth/nonsense"] }),
        json!({ "scope": [READ_ONLY], "lifetime": 3600 }),
        json!({ "scope": [READ_ONLY], "lifetime": "3600" }),
        json!({ "scope": [READ_ONLY], "lifetime": "1h" }),
        json!({ "scope": [READ_ONLY], "lifetime": "0s" }),
        json!({ "scope": [READ_ONLY], "delegates": [PULLER] }),
        json!({ "scope": [READ_ONLY], "lifeTime": "3600s" }),
    ] {
        assert_eq!(api_error(&bench.generate(&token, PULLER, &body)).1, "INVALID_ARGUMENT", "{body}");
    }
}

#[test]
fn a_null_is_the_same_as_nothing() {
    let bench = Bench::new();
    let token = bench.user_token(CLOUD_PLATFORM);
    let asked = |scope: Value| json!({ "delegates": null, "lifetime": null, "scope": scope });

    assert_eq!(bench.generate(&token, PULLER, &asked(json!([READ_ONLY]))).status, 200);
    assert_eq!(bench.generate(&token, PULLER, &asked(Value::Null)).status, 400);
}

#[test]
fn an_hour_is_the_longest_unless_the_organization_allows_twelve() {
    let bench = Bench::new();
    let token = bench.user_token(CLOUD_PLATFORM);
    let outcome = |lifetime: &str| {
        bench.generate(&token, PULLER, &json!({ "scope": [READ_ONLY], "lifetime": lifetime }))
    };

    assert_eq!(outcome("3600s").status, 200);
    let (status, code, told) = api_error(&outcome("3601s"));
    assert_eq!((status, code.as_str()), (400, "INVALID_ARGUMENT"));
    assert!(told.contains("constraints/iam.allowServiceAccountCredentialLifetimeExtension"), "{told}");
    bench.state.world().account_mut(PULLER).unwrap().has_long_tokens = true;
    assert_eq!(outcome("43200s").status, 200);
    assert_eq!(outcome("43201s").status, 400);
}

#[test]
fn a_short_life_is_dated_to_the_millisecond() {
    let bench = Bench::new();
    let token = bench.user_token(CLOUD_PLATFORM);
    bench.state.knobs.token_life(Some(Duration::from_millis(1500)));

    let body =
        json_of(&bench.generate(&token, PULLER, &json!({ "scope": [READ_ONLY], "lifetime": "3600s" })));

    let end = humantime::parse_rfc3339(text_of(&body, "expireTime")).unwrap();
    let left = end.duration_since(bench.state.now()).unwrap();
    assert!((Duration::from_millis(500)..=Duration::from_millis(1500)).contains(&left), "{left:?}");
}

//! STS: what an exchange must be like, and what comes of it.

use super::{subject_tokens::MINUTE, *};

#[test]
fn a_job_gets_a_token_in_either_form() {
    let bench = Bench::new();
    let token = bench.job_token(Duration::from_secs(7200));
    let fields = exchange(CI_PROVIDER, JWT, &token);
    let json_body = json!({
        "grantType": fields[0].1, "audience": CI_PROVIDER, "scope": CLOUD_PLATFORM,
        "requestedTokenType": ACCESS_TOKEN, "subjectTokenType": ID_TOKEN, "subjectToken": token,
    });

    let by_form = bench.post_form("/v1/token", &fields);
    let by_json = bench.post("/v1/token", "application/json", &json_body.to_string());

    for reply in [by_form, by_json] {
        let body = json_of(&reply);
        let facts = bench.state.issued.find_live(text_of(&body, "access_token")).unwrap();
        assert_eq!(
            (reply.status, &body["expires_in"], &body["token_type"]),
            (200, &3599.into(), &"Bearer".into())
        );
        assert_eq!(body["issued_token_type"], ACCESS_TOKEN);
        assert_eq!(
            facts.principal,
            "principal://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/subject/project:shore"
        );
    }
}

#[test]
fn a_federated_token_ends_with_its_subject_token() {
    let bench = Bench::new();
    let life_of = |life: u64| {
        let token = bench.job_token(Duration::from_secs(life));
        let body = json_of(&bench.post_form("/v1/token", &exchange(CI_PROVIDER, JWT, &token)));
        (body["expires_in"].as_u64(), bench.left(text_of(&body, "access_token")))
    };

    let (said, left) = life_of(300);
    assert!((298..300).contains(&said.unwrap()) && left <= Duration::from_secs(300));
    assert_eq!(life_of(86_400).0, Some(3599));
    bench.state.knobs.token_life(Some(Duration::from_millis(900)));
    assert_eq!(life_of(300).0, None, "nought is left out");
}

#[test]
fn the_request_must_be_an_exchange_for_an_access_token() {
    let bench = Bench::new();
    let token = bench.job_token(MINUTE);
    let fields = exchange(CI_PROVIDER, JWT, &token);
    let refusal = |name: &str, value: &str| bench.exchange_error(&with(&fields, name, value)).1;

    assert_eq!(refusal("grant_type", "client_credentials"), "unsupported_grant_type");
    assert_eq!(refusal("grant_type", ""), "invalid_request");
    assert_eq!(refusal("requested_token_type", JWT), "invalid_request");
    assert_eq!(refusal("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"), "invalid_request");
    assert_eq!(
        refusal("subject_token_type", "urn:ietf:params:aws:token-type:aws4_request"),
        "invalid_request"
    );
    assert_eq!(refusal("subject_token", ""), "invalid_request");
    assert_eq!(refusal("scope", ""), "invalid_scope");
    assert_eq!(refusal("scope", "cloud-platform"), "invalid_scope");
}

#[test]
fn json_must_be_json_of_known_names() {
    let bench = Bench::new();

    for body in ["", "{", "[]", r#"{"grantType":1}"#, r#"{"granttype":"x"}"#] {
        let reply = bench.post("/v1/token", "application/json", body);
        assert_eq!(api_error(&reply).1, "INVALID_ARGUMENT", "{body}");
    }
}

#[test]
fn the_audience_must_be_a_provider_that_is_there() {
    let bench = Bench::new();
    let token = bench.job_token(MINUTE);
    let refusal = |audience: &str| bench.exchange_error(&exchange(audience, JWT, &token)).1;

    assert_eq!(refusal(&format!("https:{CI_PROVIDER}")), "invalid_request");
    assert_eq!(refusal("//iam.example/projects/1/x"), "invalid_request");
    assert_eq!(refusal(&CI_PROVIDER.replace("gitlab", "other")), "invalid_target");
    bench.state.world().provider_mut(CI_PROVIDER).unwrap().disable();
    assert_eq!(refusal(CI_PROVIDER), "invalid_target");
}

#[test]
fn a_login_spoils_the_request() {
    let bench = Bench::new();
    let token = bench.job_token(MINUTE);

    for login in ["Bearer ya29.x", "Basic c3RhZmYtY2xpZW50OnN0YWZmLWNsaWVudC1zZWNyZXQ="] {
        let headers = [("host", "h"), ("content-type", FORM), ("authorization", login)];
        let body = form(&exchange(CI_PROVIDER, JWT, &token));
        let reply = bench.front.answer(&request("POST", "/v1/token", &headers, &body));
        assert_eq!((reply.status, oauth_error(&reply).1), (401, "invalid_client".into()), "{login}");
    }
}

#[test]
fn a_token_of_googles_own_keeps_its_end_and_says_none() {
    let bench = Bench::new();
    let own = bench.user_token(READ_ONLY);

    let body = json_of(&bench.post_form("/v1/token", &exchange("", ACCESS_TOKEN, &own)));

    let other = text_of(&body, "access_token");
    assert!(body.get("expires_in").is_none());
    assert_ne!(other, own);
    assert_eq!(bench.state.issued.find(other), bench.state.issued.find(&own));
    bench.state.issued.revoke_all();
    assert_eq!(bench.exchange_error(&exchange("", ACCESS_TOKEN, &own)).1, "invalid_grant");
}

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

//! STS for AWS: what a signed `GetCallerIdentity` must be like.

use super::*;
use crate::cloud::aws::sigv4::{Keys, sign};

#[test]
fn a_role_of_the_account_gets_a_token() {
    let bench = Bench::with_key();

    let reply = bench.exchange_aws(&bench.signed(|_| {}));

    let body = json_of(&reply);
    let facts = bench.state.issued.find_live(text_of(&body, "access_token")).unwrap();
    assert_eq!((reply.status, &body["expires_in"]), (200, &3599.into()));
    assert!(facts.principal.ends_with(&format!("/workloadIdentityPools/ci/subject/{ROLE}")));
}

#[test]
fn the_request_must_be_the_one_question_to_a_regional_endpoint() {
    let bench = Bench::with_key();
    let refusal = |name: &str, value: &str| {
        let mut token = bench.signed(|_| {});
        token[name] = value.into();
        oauth_error(&bench.exchange_aws(&token)).1
    };

    assert_eq!(refusal("method", "GET"), "invalid_grant");
    for address in [
        "https://sts.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
        "http://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
        "https://sts.eu-west-1.amazonaws.com.evil.example?Action=GetCallerIdentity&Version=2011-06-15",
        "https://sts.us-east-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
        "https://sts.eu-west-1.amazonaws.com?Action=AssumeRole&Version=2011-06-15",
        "https://sts.eu-west-1.amazonaws.com",
    ] {
        assert_eq!(refusal("url", address), "invalid_grant", "{address}");
    }
    let no_json = exchange(AWS_PROVIDER, KIND, "no-json");
    assert_eq!(oauth_error(&bench.post_form("/v1/token", &no_json)).1, "invalid_request");
}

#[test]
fn no_header_may_be_missing_or_name_another_provider() {
    let bench = Bench::with_key();

    for name in ["authorization", "host", "x-amz-date", TARGET] {
        let mut token = bench.signed(|_| {});
        token["headers"].as_array_mut().unwrap().retain(|header| header["key"] != name);
        assert_eq!(oauth_error(&bench.exchange_aws(&token)).1, "invalid_grant", "{name}");
    }
    let other = bench.signed(|request| {
        request.headers.retain(|(name, _)| name != TARGET);
        request.headers.push((TARGET.into(), CI_PROVIDER.into()));
    });
    assert!(oauth_error(&bench.exchange_aws(&other)).2.contains(TARGET));
    let with_scheme = bench.signed(|request| {
        request.headers.retain(|(name, _)| name != TARGET);
        request.headers.push((TARGET.into(), format!("https:{AWS_PROVIDER}")));
    });
    assert_eq!(bench.exchange_aws(&with_scheme).status, 200);
}

#[test]
fn the_target_must_be_signed_too_unless_a_knob_says_otherwise() {
    let bench = Bench::with_key();
    let mut token = bench.signed(|request| request.headers.retain(|(name, _)| name != TARGET));
    token["headers"].as_array_mut().unwrap().push(json!({ "key": TARGET, "value": AWS_PROVIDER }));

    assert!(oauth_error(&bench.exchange_aws(&token)).2.contains(TARGET));
    bench.state.knobs.take_unsigned_target(true);
    assert_eq!(bench.exchange_aws(&token).status, 200);
}

#[test]
fn what_aws_would_refuse_is_refused_with_its_words() {
    let bench = Bench::with_key();
    let told = |token: &Value| oauth_error(&bench.exchange_aws(token)).2;
    let code = |name: &str| format!("Received invalid AWS response of type {name} with error message: ");

    let mut forged = bench.signed(|_| {});
    for header in forged["headers"].as_array_mut().unwrap() {
        if header["key"] == "authorization" {
            let value = header["value"].as_str().unwrap();
            let (kept, _) = value.split_once("Signature=").unwrap();
            header["value"] = format!("{kept}Signature={}", "0".repeat(64)).into();
        }
    }
    assert!(told(&forged).starts_with(&code("SignatureDoesNotMatch")));
    let good = bench.signed(|_| {});
    bench.state.knobs.clock_ahead_ms(301_000);
    assert!(told(&good).starts_with(&code("SignatureDoesNotMatch")), "too old");
    bench.state.knobs.clock_ahead_ms(0);
    bench.state.world().aws_keys[0].expires_at = Some(bench.state.now());
    assert!(told(&good).starts_with(&code("ExpiredToken")));
    bench.state.world().aws_keys.clear();
    assert!(told(&good).starts_with(&code("InvalidClientTokenId")));
}

#[test]
fn another_account_and_another_role_are_rejected() {
    let bench = Bench::with_key();
    let outcome = || oauth_error(&bench.exchange_aws(&bench.signed(|_| {}))).1;

    bench.state.world().provider_mut(AWS_PROVIDER).unwrap().require("arn", "*:assumed-role/other/*");
    assert_eq!(outcome(), "unauthorized_client");
    bench.state.world().provider_mut(AWS_PROVIDER).unwrap().conditions.clear();
    bench.state.world().aws_keys[0].arn = ROLE.replace("123456789012", "210987654321");
    assert_eq!(outcome(), "unauthorized_client");
}

impl Bench {
    fn with_key() -> Self {
        let bench = Self::new();
        let end = bench.state.now() + Duration::from_secs(3600);
        let key = AwsKey::of_user(ROLE, "ASIAEXAMPLE", "aws-secret").temporary("aws-session", end);
        bench.state.world().add_aws_key(key);
        bench
    }

    /// The subject token as JSON, changed before it is signed.
    fn signed(&self, change: impl FnOnce(&mut Request)) -> Value {
        let target = "/?Action=GetCallerIdentity&Version=2011-06-15";
        let headers = [("host", HOST), (TARGET, AWS_PROVIDER)];
        let mut request = request("POST", target, &headers, "");
        change(&mut request);
        let keys = Keys {
            id: "ASIAEXAMPLE".into(),
            secret: "aws-secret".into(),
            session_token: Some("aws-session".into()),
        };
        sign(&mut request, &keys, "eu-west-1", "sts", self.state.now());
        let headers: Vec<Value> =
            request.headers.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
        json!({ "url": format!("https://{HOST}?{}", request.query), "method": "POST", "headers": headers })
    }

    fn exchange_aws(&self, token: &Value) -> Reply {
        let token = encode(&token.to_string());
        self.post_form("/v1/token", &exchange(AWS_PROVIDER, KIND, &token))
    }
}

const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/ci-pull/job";
const HOST: &str = "sts.eu-west-1.amazonaws.com";
const TARGET: &str = "x-goog-cloud-target-resource";
const KIND: &str = "urn:ietf:params:aws:token-type:aws4_request";

//! AWS's published test vectors, and everything that must not pass.

use std::time::{Duration, SystemTime};

use super::*;
use crate::cloud::http::request;

#[test]
fn the_published_vectors_are_accepted() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let spaced = [("my-header1", "value1"), ("my-header2", "\"a   b   c\"")];
    let cases: [Vector<'_>; 5] = [
        (
            "GET",
            "/",
            &[],
            "",
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "POST",
            "/",
            &[],
            "",
            "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            &[],
            "",
            "host;x-amz-date",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST",
            "/",
            &[form],
            "Param1=value1",
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "GET",
            "/",
            &spaced,
            "",
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
    ];

    for (method, target, headers, body, signed, signature) in cases {
        let request = vector(method, target, headers, body, signed, signature);

        let verified = verify(&request, EXPECTED, at(), known);

        assert_eq!(verified, Ok(Verified { key_id: KEY.into(), region: "us-east-1".into() }), "{target}");
    }
}

#[test]
fn a_changed_request_does_not_match() {
    let mut other_body = vanilla();
    other_body.body = b"x".to_vec();
    let mut other_path = vanilla();
    other_path.path = "/other".into();
    let mut other_host = vanilla();
    other_host.headers[0].1 = "evil.example".into();
    let wrong_signature = vector("GET", "/", &[], "", "host;x-amz-date", &"0".repeat(64));
    let no_hex = vector("GET", "/", &[], "", "host;x-amz-date", "zz");
    let mut claimed_hash = vanilla();
    claimed_hash.headers.push(("x-amz-content-sha256".into(), "0".repeat(64)));

    for request in [other_body, other_path, other_host, wrong_signature, no_hex, claimed_hash] {
        assert!(matches!(verify(&request, EXPECTED, at(), known), Err(Refusal::Mismatch(_))), "{request:?}");
    }
}

#[test]
fn a_date_may_be_off_by_five_minutes_and_no_more() {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    let outcome = |now: SystemTime| verify(&vanilla(), EXPECTED, now, known);

    assert!(outcome(at() + minutes(5)).is_ok());
    assert!(outcome(at() - minutes(5)).is_ok());
    assert!(
        matches!(outcome(at() + minutes(6)), Err(Refusal::Mismatch(why)) if why.starts_with("Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T124200Z - 5 min.)"))
    );
    assert!(
        matches!(outcome(at() - minutes(6)), Err(Refusal::Mismatch(why)) if why.starts_with("Signature not yet current"))
    );
}

#[test]
fn the_scope_must_be_the_operations() {
    let service = Expected { service: "ecr", region: None };
    let region = Expected { service: "service", region: Some("eu-west-1") };

    for expected in [service, region] {
        assert!(matches!(verify(&vanilla(), expected, at(), known), Err(Refusal::Mismatch(_))));
    }
}

#[test]
fn a_temporary_key_needs_its_own_token_and_its_time() {
    let temporary = |_: &str| {
        Some(KnownKey {
            secret: Secret::new(SECRET),
            session_token: Some(Secret::new("the-token")),
            expires_at: Some(at()),
        })
    };
    let mut with_token = vanilla();
    with_token.headers.push(("x-amz-security-token".into(), "the-token".into()));
    let mut with_another = vanilla();
    with_another.headers.push(("x-amz-security-token".into(), "another-1".into()));

    assert_eq!(verify(&vanilla(), EXPECTED, at(), temporary), Err(Refusal::UnknownKey));
    assert_eq!(verify(&with_another, EXPECTED, at(), temporary), Err(Refusal::UnknownKey));
    assert_eq!(verify(&with_token, EXPECTED, at(), temporary), Err(Refusal::Expired));
    let earlier = at() - Duration::from_secs(1);
    let unsigned = verify(&with_token, EXPECTED, earlier, temporary);
    assert!(matches!(unsigned, Err(Refusal::Mismatch(why)) if why.contains("x-amz-security-token")));
}

#[test]
fn missing_unreadable_and_unknown_are_told_apart() {
    let mut unsigned = vanilla();
    unsigned.headers.retain(|(name, _)| name != "authorization");
    let mut basic = vanilla();
    basic.headers[2].1 = "Basic QQ==".into();
    let mut undated = vanilla();
    undated.headers.retain(|(name, _)| name != "x-amz-date");

    assert_eq!(verify(&unsigned, EXPECTED, at(), known), Err(Refusal::Missing));
    assert!(matches!(verify(&basic, EXPECTED, at(), known), Err(Refusal::Incomplete(_))));
    assert!(matches!(verify(&undated, EXPECTED, at(), known), Err(Refusal::Incomplete(_))));
    assert_eq!(verify(&vanilla(), EXPECTED, at(), |_| None), Err(Refusal::UnknownKey));
}

fn vanilla() -> Request {
    vector(
        "GET",
        "/",
        &[],
        "",
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    )
}

fn vector(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
    signed: &str,
    signature: &str,
) -> Request {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}"
    );
    let mut all = vec![
        ("host", "example.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
        ("authorization", &*authorization),
    ];
    all.extend_from_slice(headers);
    request(method, target, &all, body)
}

fn known(key_id: &str) -> Option<KnownKey> {
    (key_id == KEY).then(|| KnownKey { secret: Secret::new(SECRET), session_token: None, expires_at: None })
}

fn at() -> SystemTime {
    parse_compact("20150830T123600Z").unwrap()
}

/// Method, target, further headers, body, signed headers, signature.
type Vector<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str, &'a str);

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const EXPECTED: Expected<'_> = Expected { service: "service", region: None };

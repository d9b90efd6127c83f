//! Subject tokens of an OIDC issuer.
//!
//! The claims are looked at in Google's order as far as it can be seen from outside: issuer, audience,
//! times, signature, and last the attribute condition.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::{Proven, refused, rejected};
use crate::cloud::{
    ApiError, Issuer,
    google::{state::State, world::PoolProvider},
    issuer::claims_unverified,
};

pub(super) fn prove(
    state: &State,
    provider: &PoolProvider,
    issuer: &Issuer,
    audiences: &[String],
    token: &str,
) -> Result<Proven, ApiError> {
    let invalid = |message: String| refused("invalid_grant", message);
    let unread = claims_unverified(token).ok_or_else(|| invalid("Unable to parse the ID Token.".into()))?;
    check_issuer(issuer, &unread)?;
    check_audience(provider, audiences, &unread)?;
    let expires_at = check_times(state, &unread)?;

    if !issuer.has_key_for(token) {
        return Err(invalid("Error connecting to the given credential's issuer.".into()));
    }
    let claims =
        issuer.verified(token).map_err(|_| invalid("Unable to verify the ID Token signature.".into()))?;
    let subject = claims["sub"].as_str().filter(|subject| !subject.is_empty()).ok_or_else(rejected)?;
    if !provider.accepts(&claims) {
        return Err(rejected());
    }
    if subject.len() > LONGEST_SUBJECT {
        return Err(refused("invalid_request", TOO_LONG));
    }
    Ok(Proven { subject: subject.into(), until: Some(UNIX_EPOCH + Duration::from_secs(expires_at)) })
}

fn check_issuer(issuer: &Issuer, claims: &Value) -> Result<(), ApiError> {
    let claimed = claims["iss"].as_str().unwrap_or("null");
    if claimed == issuer.url() {
        return Ok(());
    }
    Err(refused(
        "invalid_grant",
        format!(
            "The issuer in ID Token {claimed} does not match the expected one in config: {}.",
            issuer.url()
        ),
    ))
}

/// The provider's own name counts only where no audiences are listed.
fn check_audience(provider: &PoolProvider, audiences: &[String], claims: &Value) -> Result<(), ApiError> {
    let claimed: Vec<&str> = match &claims["aud"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let with_scheme = format!("https:{}", provider.name);
    let is_allowed = |audience: &&str| match audiences {
        [] => *audience == provider.name || *audience == with_scheme,
        listed => listed.iter().any(|one| one == audience),
    };
    if claimed.iter().any(is_allowed) {
        return Ok(());
    }
    let claimed = claimed.join(", ");
    let message = format!("The audience in ID Token [{claimed}] does not match the expected audience.");
    Err(refused("invalid_grant", message))
}

fn check_times(state: &State, claims: &Value) -> Result<u64, ApiError> {
    let (issued_at, expires_at) = (claims["iat"].as_u64(), claims["exp"].as_u64());
    let now = state.now_seconds();
    match (issued_at, expires_at) {
        (Some(issued_at), Some(expires_at)) if issued_at <= now + LEEWAY && expires_at > now => {
            Ok(expires_at)
        }
        _ => {
            let issued_at = issued_at.map_or_else(|| "null".to_owned(), |at| at.to_string());
            let message = format!("ID Token issued at {issued_at} is stale to sign-in.");
            Err(refused("invalid_grant", message))
        }
    }
}

/// How far ahead of Google's clock `iat` may be.
const LEEWAY: u64 = 60;
/// Bytes of `google.subject`.
const LONGEST_SUBJECT: usize = 127;
const TOO_LONG: &str = "The size of mapped attribute google.subject exceeds the 127 bytes limit. Either modify your attribute mapping or the incoming assertion to produce a mapped attribute that is less than 127 bytes.";

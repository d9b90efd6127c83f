//! `jwt-bearer`: a service account signs with its own key what it wants.
//!
//! The order of the checks is Google's as far as it can be seen from outside: form, account, signature,
//! times, scope, audience.

use jsonwebtoken::{Algorithm, decode_header};
use serde_json::Value;

use super::{refused, token_body, token_reply};
use crate::cloud::{
    ApiError, Issuer,
    google::{
        scope,
        state::{HOUR, State},
        world::ServiceAccount,
    },
    http::{Reply, form::Fields},
    issuer::claims_unverified,
};

pub(super) fn answer(state: &State, fields: &Fields) -> Result<(Reply, String), ApiError> {
    let assertion = fields.get("assertion").unwrap_or_default();
    let unread = claims_unverified(assertion).ok_or_else(|| refused("invalid_request", "Bad Request"))?;
    let account = account(state, &unread)?;
    let claims = verified(&account, assertion)?;

    check_times(state, &claims)?;
    check_subject(&account, &claims)?;
    let scopes = scope::split(text(&claims, "scope"));
    if scopes.is_empty() || !scope::are_known(&scopes) {
        return Err(refused("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
    }
    if !state.is_token_url(text(&claims, "aud")) {
        return Err(refused("invalid_grant", "Invalid JWT: Failed audience check."));
    }

    let granted = state.grant(&account.member(), &scopes, HOUR);
    Ok((token_reply(&token_body(&granted)), account.member()))
}

fn account(state: &State, claims: &Value) -> Result<ServiceAccount, ApiError> {
    let account = state.world().find_account(text(claims, "iss")).cloned();
    account.ok_or_else(|| refused("invalid_grant", "Invalid grant: account not found"))
}

fn verified(account: &ServiceAccount, assertion: &str) -> Result<Value, ApiError> {
    let is_rs256 = decode_header(assertion).is_ok_and(|header| header.alg == Algorithm::RS256);
    let key = account.keys.iter().find(|key| is_rs256 && key.has_key_for(assertion));
    let claims = key.map(|key: &Issuer| key.verified(assertion));
    claims.and_then(Result::ok).ok_or_else(|| refused("invalid_grant", "Invalid JWT Signature."))
}

fn check_times(state: &State, claims: &Value) -> Result<(), ApiError> {
    let missing = |message: &str| refused("invalid_grant", message);
    let issued_at =
        seconds(claims, "iat").ok_or_else(|| missing("Invalid JWT: iat (issued at) is not set."))?;
    let expires_at =
        seconds(claims, "exp").ok_or_else(|| missing("Invalid JWT: exp (expiration time) is not set."))?;
    let now = state.now_seconds();
    let is_reasonable = expires_at > now
        && issued_at <= now + LEEWAY
        && issued_at < expires_at
        && expires_at - issued_at <= HOUR.as_secs();
    if is_reasonable {
        return Ok(());
    }
    Err(refused(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
    ))
}

/// Nobody here has been given authority over a domain's people.
fn check_subject(account: &ServiceAccount, claims: &Value) -> Result<(), ApiError> {
    match claims["sub"].as_str() {
        Some(subject) if subject != account.email => Err(ApiError::new(
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        )),
        _ => Ok(()),
    }
}

fn text<'a>(claims: &'a Value, name: &str) -> &'a str {
    claims[name].as_str().unwrap_or_default()
}

/// Google takes a number in quotes too.
fn seconds(claims: &Value, name: &str) -> Option<u64> {
    let value = &claims[name];
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// How far ahead of Google's clock `iat` may be.
const LEEWAY: u64 = 60;

//! Assertions that are somebody else's token: workload identity federation.
//!
//! Issuer, subject and audience must be those of one federated credential to the letter.

use serde_json::Value;

use crate::cloud::{
    ApiError,
    azure::{
        access_token::is_begun,
        error::aadsts,
        state::State,
        world::{App, FederatedCredential},
    },
};

pub(super) fn check(state: &State, app: &App, assertion: &str, claims: &Value) -> Result<(), ApiError> {
    let issuer = text(claims, "iss");
    if app.federated.is_empty() {
        return Err(nobody(claims));
    }
    let of_issuer: Vec<&FederatedCredential> =
        app.federated.iter().filter(|known| known.issuer == issuer).collect();
    if of_issuer.is_empty() {
        return Err(unmatched(700_211, "issuer", issuer));
    }
    check_signature(state, issuer, assertion)?;
    check_time(state.now_seconds(), claims)?;

    let of_audience: Vec<&FederatedCredential> =
        of_issuer.into_iter().filter(|known| has_audience(claims, &known.audience)).collect();
    if of_audience.is_empty() {
        return Err(unmatched(700_212, "audience", &audience(claims)));
    }
    if of_audience.iter().any(|known| known.subject == text(claims, "sub")) {
        return Ok(());
    }
    Err(unmatched(700_213, "subject", text(claims, "sub")))
}

/// With the issuer's current keys, which Entra would fetch.
fn check_signature(state: &State, issuer: &str, assertion: &str) -> Result<(), ApiError> {
    let Some(issuer) = state.world().find_issuer(issuer).cloned() else { return Err(aadsts(50166, "")) };
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| aadsts(5_002_738, ""))?;
    if header.alg != jsonwebtoken::Algorithm::RS256 {
        let message =
            format!("Invalid JWT token. '{:?}' is not a supported signature algorithm.", header.alg);
        return Err(aadsts(5_002_738, message));
    }
    issuer.verify(assertion).map(drop).map_err(|_| {
        aadsts(700_027, "Client assertion failed signature validation. [Reason - The key was not found.]")
    })
}

fn check_time(now: u64, claims: &Value) -> Result<(), ApiError> {
    let end = claims["exp"].as_u64().unwrap_or_default();
    if end > now && is_begun(claims, now) {
        return Ok(());
    }
    let message = format!(
        "Client assertion is not within its valid time range. Current time: {now}, expiry time of assertion {end}."
    );
    Err(aadsts(700_024, message))
}

fn unmatched(number: u32, what: &str, found: &str) -> ApiError {
    let message = format!(
        "No matching federated identity record found for presented assertion {what} '{found}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
    );
    aadsts(number, message)
}

fn nobody(claims: &Value) -> ApiError {
    let message = format!(
        "No matching federated identity record found for presented assertion. Assertion Issuer: '{}'. Assertion Subject: '{}'. Assertion Audience: '{}'.",
        text(claims, "iss"),
        text(claims, "sub"),
        audience(claims)
    );
    aadsts(70021, message)
}

fn has_audience(claims: &Value, wanted: &str) -> bool {
    match &claims["aud"] {
        Value::Array(many) => many.iter().any(|one| one == wanted),
        one => one == wanted,
    }
}

fn audience(claims: &Value) -> String {
    match &claims["aud"] {
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

fn text<'a>(claims: &'a Value, name: &str) -> &'a str {
    claims[name].as_str().unwrap_or_default()
}

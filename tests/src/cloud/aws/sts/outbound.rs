//! `GetWebIdentityToken`: STS proves a principal to somebody else, if the account lets it.
//!
//! The world's issuer signs whichever algorithm is asked for; a session's end is not looked at.

use std::time::Duration;

use serde_json::json;

use super::{
    arguments::{Arguments, invalid},
    element, xml,
};
use crate::cloud::{
    ApiError,
    aws::{answer::Outcome, caller::Caller, state::State},
    clock::{iso, whole_seconds},
};

pub(super) fn answer(state: &State, caller: &Caller, arguments: &Arguments<'_>) -> Outcome {
    let audience = arguments.required("Audience.member.1", "audience")?;
    if !matches!(arguments.required("SigningAlgorithm", "signingAlgorithm")?, "RS256" | "ES384") {
        return Err(invalid("SigningAlgorithm must be RS256 or ES384"));
    }
    let life = match arguments.get("DurationSeconds").map(str::parse) {
        None => 300,
        Some(Ok(seconds @ 60..=3600)) => seconds,
        Some(_) => return Err(invalid("DurationSeconds must be between 60 and 3600")),
    };
    let principal = caller.role_arn.as_deref().unwrap_or(&caller.arn);
    caller.check_allowed("sts:GetWebIdentityToken").map_err(|_| {
        let message = format!("User: {} is not authorized to perform: sts:GetWebIdentityToken", caller.arn);
        ApiError::new(403, "AccessDenied", message)
    })?;
    let Some(issuer) = state.world().outbound.clone() else {
        let message = "Outbound web identity federation is disabled for this account";
        return Err(ApiError::new(403, "OutboundWebIdentityFederationDisabledException", message));
    };

    let (now, end) = (state.now_seconds(), state.now() + Duration::from_secs(life));
    let token = issuer.sign(&json!({
        "iss": issuer.url(), "sub": principal, "aud": audience,
        "iat": now, "nbf": now, "exp": whole_seconds(end),
        "https://sts.amazonaws.com/": { "aws_account": caller.account() },
    }));
    let result = [element("WebIdentityToken", &token), element("Expiration", &iso(end))].concat();
    Ok(xml("GetWebIdentityToken", &result))
}

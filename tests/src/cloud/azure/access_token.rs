//! Entra's access tokens: signed when they are handed out, verified when a registry is shown one.

use std::time::Duration;

use serde_json::{Value, json};

use super::{state::State, world::Principal};
use crate::cloud::{clock::whole_seconds, random};

/// A token and when it ends.
pub(super) struct AccessToken {
    pub(super) text: String,
    /// Seconds since 1970.
    pub(super) begins_at: u64,
    /// Seconds since 1970.
    pub(super) expires_at: u64,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) audience: String,
    pub(super) tenant: String,
    pub(super) object_id: String,
}

pub(super) fn issue(state: &State, principal: &Principal, resource: &str, life: Duration) -> AccessToken {
    let tenant = state.world().tenant.clone();
    let now = state.now();
    let (begins_at, expires_at) = (whole_seconds(now), whole_seconds(now + life));
    let mut claims = json!({
        "aud": resource,
        "iss": issuer_of(&tenant),
        "iat": begins_at,
        "nbf": begins_at,
        "exp": expires_at,
        "appid": principal.client_id,
        "appidacr": principal.proof,
        "idp": issuer_of(&tenant),
        "oid": principal.object_id,
        "sub": principal.object_id,
        "tid": tenant,
        "uti": random::request_id(),
        "ver": "1.0",
    });
    if let Some(resource_id) = &principal.resource_id {
        claims["xms_mirid"] = resource_id.as_str().into();
    }
    if let Some(user_name) = &principal.user_name {
        claims["upn"] = user_name.as_str().into();
        claims["idtyp"] = "user".into();
    } else {
        claims["idtyp"] = "app".into();
    }
    AccessToken { text: state.signer.sign(&claims), begins_at, expires_at }
}

/// What the token says, when Entra here has signed it and it is good at this moment.
pub(super) fn verify(state: &State, token: &str) -> Option<Bearer> {
    let claims = state.signer.verify(token)?;
    let text = |name: &str| claims[name].as_str().map(str::to_owned);
    let (now, tenant) = (state.now_seconds(), text("tid")?);
    let is_current = claims["exp"].as_u64()? > now && is_begun(&claims, now);
    let is_entras = text("iss")? == issuer_of(&tenant);
    (is_current && is_entras).then_some(Bearer { audience: text("aud")?, tenant, object_id: text("oid")? })
}

/// Azure allows for five minutes between two clocks.
pub(super) fn is_begun(claims: &Value, now: u64) -> bool {
    date(claims, "nbf").is_none_or(|begin| begin <= now + SKEW_SECONDS)
}

/// A date claim in whole seconds; some clients send fractions.
pub(super) fn date(claims: &Value, name: &str) -> Option<u64> {
    let given = &claims[name];
    given.as_u64().or_else(|| given.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
}

fn issuer_of(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

const SKEW_SECONDS: u64 = 300;

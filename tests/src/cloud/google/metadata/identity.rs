//! The instance's identity token: who its account is, signed by Google for somebody else.

use serde_json::json;

use super::text;
use crate::cloud::{
    ApiError,
    google::{answer::Answer, state::State},
    http::form::Fields,
};

pub(super) fn answer(state: &State, email: &str, query: &Fields) -> Answer {
    let refused = |why: &str| Answer::refused(ApiError::new(400, "BAD_REQUEST", why));
    let Some(audience) = query.get("audience").filter(|audience| !audience.is_empty()) else {
        return refused("non-empty audience parameter required");
    };
    let is_full = match query.get("format") {
        None | Some("standard") => false,
        Some("full") => true,
        Some(_) => return refused("format must be standard or full"),
    };
    let now = state.now_seconds();
    let issuer = state.world().google_issuer.clone();
    let mut claims = json!({
        "iss": issuer.url(), "sub": INSTANCE_SUBJECT, "azp": INSTANCE_SUBJECT, "aud": audience, "iat": now, "exp": now + 3600,
    });
    if is_full {
        claims["email"] = email.into();
        claims["email_verified"] = true.into();
    }
    text(&issuer.sign(&claims))
}

/// The instance's account by its number.
pub const INSTANCE_SUBJECT: &str = "107517467455664443765";

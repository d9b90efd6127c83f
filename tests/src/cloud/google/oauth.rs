//! The OAuth token endpoint: a service account's signed assertion, or a person's refresh token.

mod assertion;
mod refresh;

use serde_json::{Value, json};

use super::{
    answer::Answer,
    operation::{JWT_BEARER, REFRESH_TOKEN, form},
    state::{Granted, State},
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let fields = form(request);
    Answer::of(match fields.get("grant_type") {
        Some(JWT_BEARER) => assertion::answer(state, &fields),
        Some(REFRESH_TOKEN) => refresh::answer(state, &fields),
        other => {
            let message = format!("Invalid grant_type: {}", other.unwrap_or_default());
            Err(ApiError::new(400, "unsupported_grant_type", message))
        }
    })
}

fn token_body(granted: &Granted) -> Value {
    json!({
        "access_token": granted.token,
        "expires_in": granted.expires_in,
        "token_type": "Bearer",
    })
}

fn token_reply(body: &Value) -> Reply {
    Reply::json(200, body).with_header("cache-control", "no-cache, no-store, max-age=0, must-revalidate")
}

fn refused(code: &str, message: &str) -> ApiError {
    ApiError::new(if code == "invalid_client" { 401 } else { 400 }, code, message)
}

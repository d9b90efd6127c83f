//! Errors in OAuth's words (RFC 6749 §5.2).

use serde_json::json;

use crate::cloud::{ApiError, http::Reply};

pub(crate) fn reply(error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    Reply::json(*status, &json!({ "error": code, "error_description": message }))
        .with_header("cache-control", "no-store")
}

pub(crate) fn invalid_request(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "invalid_request", message)
}

pub(crate) fn invalid_grant(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "invalid_grant", message)
}

pub(crate) fn invalid_client() -> ApiError {
    ApiError::new(401, "invalid_client", "client authentication failed")
}

pub(crate) fn too_many() -> ApiError {
    ApiError::new(429, "slow_down", "too many requests")
}

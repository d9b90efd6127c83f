//! Harbor's errors: code and status, in the list that the distribution API has made common.

use serde_json::json;

use crate::cloud::{ApiError, http::Reply};

/// The error as Harbor sends it.
pub(super) fn reply(error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    Reply::json(*status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

pub(super) fn bad_request(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "BAD_REQUEST", message)
}

pub(super) fn unauthorized() -> ApiError {
    ApiError::new(401, "UNAUTHORIZED", "unauthorized")
}

pub(super) fn forbidden() -> ApiError {
    ApiError::new(403, "FORBIDDEN", "forbidden")
}

pub(super) fn denied(creator: &str) -> ApiError {
    let message = format!(
        "permission scope is invalid. It must be equal to or more restrictive than the creator robot's \
         permissions: {creator}"
    );
    ApiError::new(403, "DENIED", message)
}

pub(super) fn not_found(what: impl std::fmt::Display) -> ApiError {
    ApiError::new(404, "NOT_FOUND", format!("{what} not found"))
}

pub(super) fn method_not_allowed() -> ApiError {
    ApiError::new(405, "METHOD_NOT_ALLOWED", "405 method not allowed")
}

pub(super) fn conflict(what: &str) -> ApiError {
    ApiError::new(409, "CONFLICT", format!("{what} already exists"))
}

pub(super) fn precondition(message: &str) -> ApiError {
    ApiError::new(412, "PRECONDITION", message)
}

pub(super) fn no_json() -> ApiError {
    ApiError::new(415, "UNSUPPORTED_MEDIA_TYPE", "only application/json is allowed")
}

pub(super) fn unprocessable(message: impl Into<String>) -> ApiError {
    ApiError::new(422, "UNPROCESSABLE_ENTITY", message)
}

//! Each service's way to word a refusal.

use serde_json::json;

use super::Service;
use crate::cloud::{ApiError, http::Reply};

pub(super) fn reply(service: Service, error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    let body = match service {
        Service::Api => json!({
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": status.to_string(),
        }),
        Service::Login => json!({ "error": code, "error_description": message }),
        Service::Registry => json!({ "errors": [{ "code": code, "message": message }] }),
    };
    Reply::json(*status, &body)
}

/// Of the API, which has no codes: the audit list shows the message.
pub(super) fn api(status: u16, message: &str) -> ApiError {
    ApiError::new(status, message, message)
}

pub(super) fn denied(message: &str) -> ApiError {
    ApiError::new(403, "DENIED", message)
}

pub(super) fn unauthorized() -> ApiError {
    ApiError::new(401, "UNAUTHORIZED", "authentication required")
}

//! Each service's way to word a refusal.

use serde_json::json;

use super::Service;
use crate::cloud::{ApiError, http::Reply};

pub(super) fn reply(service: Service, error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    let body = match service {
        // Docker says no more than the number to those who are not let in.
        Service::Identity if *status == 401 => return Reply { status: 401, ..Reply::default() },
        Service::Auth => json!({ "details": message }),
        Service::Registry => json!({ "errors": [{ "code": code, "message": message, "detail": null }] }),
        Service::Identity | Service::Login => json!({ "error": code, "error_description": message }),
        Service::Api => json!({ "message": message, "detail": message }),
    };
    Reply::json(*status, &body)
}

pub(super) fn unauthorized(message: &str) -> ApiError {
    ApiError::new(401, "UNAUTHORIZED", message)
}

pub(super) fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "invalid_request", message)
}

pub(super) fn wrong_method() -> ApiError {
    ApiError::new(405, "method_not_allowed", "method not allowed")
}

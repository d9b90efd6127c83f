//! The service that the fake platform speaks, how a request names it, and how it words its errors.

use serde_json::json;

use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The exchange of OIDC tokens.
    Exchange,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        let ApiError { status, message, .. } = error;
        Reply::json(*status, &json!({ "errors": [{ "status": status, "message": message }] }))
    }

    fn too_many(self) -> ApiError {
        refusal(429, "Too many requests")
    }
}

/// The wire has no codes; the audit list gets the status in words.
pub(super) fn refusal(status: u16, message: impl Into<String>) -> ApiError {
    let code = match status {
        400 => "bad-request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not-found",
        _ => "refused",
    };
    ApiError::new(status, code, message)
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let is_exchange = request.path == "/access/api/v1/oidc/token";
    is_exchange.then(|| Operation::new(Service::Exchange, "artifactory:Exchange"))
}

//! The services and operations that the fake Quay speaks, and how a request names one.

use serde_json::json;

use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Temporary tokens for tokens of other issuers.
    Federation,
    /// The token service.
    Auth,
    /// The registry's challenge.
    Registry,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::Federation, Self::Auth, Self::Registry];
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        let ApiError { status, code, message } = error;
        match self {
            Self::Federation => Reply::json(*status, &json!({ "error": message })),
            Self::Auth | Self::Registry => {
                let error = json!({ "code": code, "detail": {}, "message": message });
                Reply::json(*status, &json!({ "errors": [error] }))
            }
        }
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "TOOMANYREQUESTS", "too many requests")
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let (service, name) = match request.path.as_str() {
        "/oauth2/federation/robot/token" => (Service::Federation, "quay:Federate"),
        "/v2/auth" => (Service::Auth, "quay:Token"),
        "/v2" | "/v2/" => (Service::Registry, "quay:Challenge"),
        _ => return None,
    };
    Some(Operation::new(service, name))
}

pub(super) fn only_get() -> ApiError {
    ApiError::new(405, "UNSUPPORTED", "The method is not allowed for the requested URL.")
}

pub(super) fn unauthorized(message: impl Into<String>) -> ApiError {
    ApiError::new(401, "UNAUTHORIZED", message)
}

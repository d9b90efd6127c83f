//! The services of the token service, and how a request names one.

use serde_json::json;

use super::{Office, knobs::Post};
use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::{Operation, Site, oauth},
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The token service.
    Token,
    /// The registry's challenge.
    Registry,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::Token, Self::Registry];
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        let ApiError { status, code, message } = error;
        if code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return oauth::reply(error);
        }
        Reply::json(*status, &json!({ "errors": [{ "code": code, "message": message }] }))
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "TOOMANYREQUESTS", "too many requests")
    }
}

/// A service that knows no `POST` still counts it.
pub(super) fn of(site: &Site<Office>, request: &Request) -> Option<Operation<Service>> {
    let (service, name) = match (request.path.as_str(), request.method.as_str()) {
        ("/token", "POST") if site.knobs.current().post == Post::Answered => {
            (Service::Token, "oauth2-registry:Grant")
        }
        ("/token", "POST") => (Service::Token, "oauth2-registry:RefusedGrant"),
        ("/token", _) => (Service::Token, "oauth2-registry:Token"),
        ("/v2" | "/v2/", _) => (Service::Registry, "oauth2-registry:Challenge"),
        _ => return None,
    };
    Some(Operation::new(service, name))
}

pub(super) fn unauthorized() -> ApiError {
    ApiError::new(401, "UNAUTHORIZED", "authentication required")
}

pub(super) fn only_get_and_post() -> ApiError {
    ApiError::new(405, "UNSUPPORTED", "the method is not allowed")
}

//! The services and operations of GitLab, and how a request names one.
//!
//! A real name allows only its own service; any other name or address allows both.

use serde_json::json;

use super::World;
use crate::cloud::{
    ApiError,
    fault::Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// GitLab itself, which is the token service.
    GitLab,
    /// The registry.
    Registry,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        let ApiError { status, code, message } = error;
        Reply::json(*status, &json!({ "errors": [{ "code": code, "message": message }] }))
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "TOOMANYREQUESTS", "too many requests")
    }
}

pub(super) fn of(world: &World, request: &Request) -> Option<Operation<Service>> {
    let (service, name) = match request.path.as_str() {
        "/jwt/auth" => (Service::GitLab, "gitlab:Token"),
        path if path.starts_with("/v2/") && path.contains("/manifests/") => {
            (Service::Registry, "registry:Manifest")
        }
        path if path.starts_with("/v2/") => (Service::Registry, "registry:Challenge"),
        _ => return None,
    };
    let is_meant = match request.host() {
        host if host == world.host => service == Service::GitLab,
        host if host == world.registry_host => service == Service::Registry,
        _ => true,
    };
    is_meant.then_some(Operation::new(service, name))
}

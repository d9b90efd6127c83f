//! The services and operations of GitHub, and how a request names one.
//!
//! A real name allows only its own service; any other name or address allows all of them, and the API below
//! `/api/v3`, too, as servers of one's own have it.

use crate::cloud::{
    ApiError,
    fault::Speaks,
    github::error,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// `api.github.com`.
    Api,
    /// The sign-in of people, `github.com`.
    Login,
    /// The registry and its token service, `ghcr.io`.
    Registry,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        error::reply(self, error)
    }

    fn too_many(self) -> ApiError {
        match self {
            Self::Api => ApiError::new(429, "secondary", "You have exceeded a secondary rate limit."),
            Self::Login => ApiError::new(429, "slow_down", "Too many requests have been made."),
            Self::Registry => ApiError::new(429, "TOOMANYREQUESTS", "too many requests"),
        }
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let found = of_path(request)?;
    let is_meant = match request.host().as_str() {
        "api.github.com" => found.service == Service::Api && !request.path.starts_with(PREFIX),
        "github.com" => found.service == Service::Login,
        "ghcr.io" => found.service == Service::Registry,
        _ => true,
    };
    is_meant.then_some(found)
}

/// The parts of the API's path.
pub(super) fn parts(request: &Request) -> Vec<&str> {
    let path = request.path.strip_prefix(PREFIX).unwrap_or(&request.path);
    path.trim_start_matches('/').split('/').collect()
}

fn of_path(request: &Request) -> Option<Operation<Service>> {
    let (service, name) = match parts(request)[..] {
        ["app", "installations", _, "access_tokens"] => (Service::Api, "api:CreateToken"),
        ["repos", _, _, "installation"] | ["orgs" | "users", _, "installation"] => {
            (Service::Api, "api:FindInstallation")
        }
        ["user"] => (Service::Api, "api:User"),
        ["login", "device", "code"] => (Service::Login, "login:DeviceCode"),
        ["login", "oauth", "access_token"] => (Service::Login, "login:Token"),
        ["token"] => (Service::Registry, "ghcr:Token"),
        ["v2", .., "manifests", _] => (Service::Registry, "ghcr:Manifest"),
        ["v2", ..] => (Service::Registry, "ghcr:Challenge"),
        _ => return None,
    };
    Some(Operation::new(service, name))
}

const PREFIX: &str = "/api/v3";

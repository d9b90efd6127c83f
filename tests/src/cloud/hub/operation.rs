//! The services and operations of Docker Hub, and how a request names one.
//!
//! A real name allows only its own service; any other name or address allows all of them. Two services share
//! the path `/oauth/token`: at an address of its own the exchange is told by its grant.

use crate::cloud::{
    ApiError,
    fault::Speaks,
    http::{Reply, Request},
    hub::error,
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The token service, `auth.docker.io`.
    Auth,
    /// The registry, `registry-1.docker.io`.
    Registry,
    /// The exchange of ID tokens, `identity.docker.com`.
    Identity,
    /// The sign-in of people, `login.docker.com`.
    Login,
    /// `hub.docker.com`.
    Api,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        error::reply(self, error)
    }

    fn too_many(self) -> ApiError {
        match self {
            Self::Registry => ApiError::new(429, "TOOMANYREQUESTS", "too many requests"),
            _ => ApiError::new(429, "too_many_requests", "too many requests"),
        }
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let found = of_path(request)?;
    let is_meant = real_service(&request.host()).is_none_or(|service| service == found.service);
    is_meant.then_some(found)
}

fn of_path(request: &Request) -> Option<Operation<Service>> {
    let (service, name) = match request.path.as_str() {
        "/token" => (Service::Auth, "auth:Token"),
        "/oauth/token" if is_exchange(request) => (Service::Identity, "identity:Exchange"),
        "/oauth/token" => (Service::Login, "login:Token"),
        "/oauth/device/code" => (Service::Login, "login:DeviceCode"),
        "/oauth/revoke" => (Service::Login, "login:Revoke"),
        "/activate" => (Service::Login, "login:Activate"),
        "/v2/access-tokens/desktop-generate" => (Service::Api, "api:CreateToken"),
        "/v2/auth/token" => (Service::Api, "api:SignIn"),
        path if path.starts_with("/v2/") && path.contains("/manifests/") => {
            (Service::Registry, "registry:Manifest")
        }
        path if path.starts_with("/v2/") => (Service::Registry, "registry:Challenge"),
        _ => return None,
    };
    Some(Operation::new(service, name))
}

fn is_exchange(request: &Request) -> bool {
    match real_service(&request.host()) {
        Some(service) => service == Service::Identity,
        None => request.fields().get("grant_type") == Some(EXCHANGE_GRANT),
    }
}

fn real_service(host: &str) -> Option<Service> {
    match host {
        "auth.docker.io" => Some(Service::Auth),
        "registry-1.docker.io" | "index.docker.io" | "dhi.io" => Some(Service::Registry),
        "identity.docker.com" => Some(Service::Identity),
        "login.docker.com" => Some(Service::Login),
        "hub.docker.com" => Some(Service::Api),
        _ => None,
    }
}

pub(super) const EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

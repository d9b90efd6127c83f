//! The services and operations that the fake cloud speaks, and how a request names one.
//!
//! A real name allows only its own service; any other name or address allows all of them.

use std::fmt;

use super::{
    error::{self, Protocol, entra_error},
    world::World,
};
use crate::cloud::{
    ApiError,
    fault::Speaks,
    http::{Reply, Request},
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The token endpoint of tenants.
    Entra,
    /// The metadata service of virtual machines.
    Imds,
    /// Managed identity of App Service.
    AppService,
    /// Managed identity of servers connected by Azure Arc.
    Arc,
    /// The authentication half of container registries.
    Acr,
    /// Azure Pipelines' OIDC tokens.
    Pipelines,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 6] =
        [Self::Entra, Self::Imds, Self::AppService, Self::Arc, Self::Acr, Self::Pipelines];

    /// The name in audit lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Imds => "imds",
            Self::AppService => "app-service",
            Self::Arc => "arc",
            Self::Acr => "acr",
            Self::Pipelines => "pipelines",
        }
    }

    /// The service of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    pub(super) fn protocol(self) -> Protocol {
        match self {
            Self::Entra => Protocol::Entra,
            Self::Imds | Self::Arc => Protocol::Metadata,
            Self::AppService => Protocol::StatusAndMessage,
            Self::Acr => Protocol::Registry,
            Self::Pipelines => Protocol::DevOps,
        }
    }
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        error::reply(error, self.protocol())
    }

    fn too_many(self) -> ApiError {
        match self {
            Self::Entra => entra_error(90055),
            Self::Acr => ApiError::new(429, "TOOMANYREQUESTS", "too many requests"),
            _ => ApiError::new(429, "too_many_requests", "Too many requests"),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A service and what is wanted of it, counted as `acr:Exchange`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) service: Service,
    pub(super) name: &'static str,
}

impl Operation {
    /// `None` for what no service here would answer.
    pub(super) fn of(request: &Request, world: &World) -> Option<Self> {
        let authority = request.header("host").unwrap_or_default();
        let is_registry = world.registry_host(authority).is_some();
        let operation = Self::of_path(request).filter(|found| found.service != Service::Acr || is_registry);
        match (real_service(&request.host()), operation) {
            (Some(service), Some(operation)) if service != operation.service => None,
            (_, operation) => operation,
        }
    }

    fn of_path(request: &Request) -> Option<Self> {
        let (service, name) = match request.path.as_str() {
            "/metadata/identity/oauth2/token" => (metadata_service(request), "Token"),
            "/msi/token" => (Service::AppService, "Token"),
            "/oauth2/exchange" => (Service::Acr, "Exchange"),
            "/oauth2/token" => (Service::Acr, "Token"),
            "/common/discovery/instance" => (Service::Entra, "InstanceDiscovery"),
            path if path.starts_with("/v2/") => (Service::Acr, "Challenge"),
            path if path.contains("/_apis/distributedtask/") && path.ends_with("/oidctoken") => {
                (Service::Pipelines, "OidcToken")
            }
            path => {
                let (_, rest) = path.strip_prefix('/')?.split_once('/')?;
                let name = match rest {
                    "oauth2/v2.0/token" => "Token",
                    "oauth2/v2.0/devicecode" => "DeviceCode",
                    "v2.0/.well-known/openid-configuration" => "Discovery",
                    "discovery/v2.0/keys" => "Keys",
                    _ => return None,
                };
                (Service::Entra, name)
            }
        };
        Some(Self { service, name })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Azure Arc and the metadata service share a path; their versions do not overlap.
fn metadata_service(request: &Request) -> Service {
    match request.fields().get("api-version") {
        Some("2019-11-01" | "2020-06-01") => Service::Arc,
        _ => Service::Imds,
    }
}

fn real_service(host: &str) -> Option<Service> {
    let is_registry =
        [".azurecr.io", ".azurecr.cn", ".azurecr.us"].iter().any(|suffix| host.ends_with(suffix));
    match host {
        "login.microsoftonline.com" | "login.microsoftonline.us" | "login.chinacloudapi.cn" => {
            Some(Service::Entra)
        }
        "169.254.169.254" => Some(Service::Imds),
        "dev.azure.com" => Some(Service::Pipelines),
        _ => is_registry.then_some(Service::Acr),
    }
}

//! The services and operations that the fake cloud speaks, and how a request names one.

use std::fmt;

use super::{error::Protocol, hosts};
use crate::cloud::{
    ApiError,
    fault::Speaks,
    http::{Reply, Request},
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// `ecr`
    Ecr,
    /// `ecr-public`
    EcrPublic,
    /// `sts`
    Sts,
    /// The instance's metadata.
    Imds,
    /// The container agent.
    Container,
    /// The portal of IAM Identity Center.
    Sso,
    /// The OIDC half of IAM Identity Center.
    SsoOidc,
    /// The token service of a Docker registry.
    TokenService,
    /// The image registry.
    Registry,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 9] = [
        Self::Ecr,
        Self::EcrPublic,
        Self::Sts,
        Self::Imds,
        Self::Container,
        Self::Sso,
        Self::SsoOidc,
        Self::TokenService,
        Self::Registry,
    ];

    /// The name in audit lines and on the control path.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Sts => "sts",
            Self::Imds => "imds",
            Self::Container => "container",
            Self::Sso => "sso",
            Self::SsoOidc => "sso-oidc",
            Self::TokenService => "token-service",
            Self::Registry => "registry",
        }
    }

    /// The service of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    pub(super) fn protocol(self) -> Protocol {
        match self {
            Self::Ecr | Self::EcrPublic => Protocol::Json,
            Self::Sts => Protocol::Query,
            Self::Sso | Self::SsoOidc => Protocol::RestJson,
            Self::Imds | Self::Container | Self::TokenService | Self::Registry => Protocol::Plain,
        }
    }
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        error.reply(self.protocol())
    }

    fn too_many(self) -> ApiError {
        ApiError::of_code("TooManyRequestsException")
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A service and what is wanted of it, counted as `sts:AssumeRole`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) service: Service,
    pub(super) name: String,
}

impl Operation {
    pub(super) fn new(service: Service, name: &str) -> Self {
        Self { service, name: name.into() }
    }

    /// `None` for what no service here would answer.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let operation = Self::of_wire(request)?;
        match hosts::parse(&request.host()) {
            Some(place) if place.service != operation.service => None,
            _ => Some(operation),
        }
    }

    fn of_wire(request: &Request) -> Option<Self> {
        if let Some(target) = request.header("x-amz-target") {
            let (interface, name) = target.split_once('.')?;
            return match interface {
                "AmazonEC2ContainerRegistry_V20150921" => Some(Self::new(Service::Ecr, name)),
                "SpencerFrontendService" => Some(Self::new(Service::EcrPublic, name)),
                _ => None,
            };
        }
        let path = request.path.as_str();
        if path.starts_with("/latest/") {
            return Some(Self::new(Service::Imds, imds_name(path)));
        }
        match path {
            "/v1/credentials" => Some(Self::new(Service::Container, "GetCredentials")),
            "/federation/credentials" => Some(Self::new(Service::Sso, "GetRoleCredentials")),
            "/token" => Some(Self::new(Service::SsoOidc, "CreateToken")),
            "/client/register" => Some(Self::new(Service::SsoOidc, "RegisterClient")),
            "/device_authorization" => Some(Self::new(Service::SsoOidc, "StartDeviceAuthorization")),
            _ if path.starts_with("/v2/credentials/") => {
                Some(Self::new(Service::Container, "GetCredentials"))
            }
            "/" => request.fields().get("Action").map(|action| Self::new(Service::Sts, action)),
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

fn imds_name(path: &str) -> &'static str {
    const ROLES: &str = "/latest/meta-data/iam/security-credentials";
    match path {
        "/latest/api/token" => "Token",
        _ if path.trim_end_matches('/') == ROLES => "ListRoles",
        _ if path.starts_with(ROLES) => "GetCredentials",
        _ => "GetMetadata",
    }
}

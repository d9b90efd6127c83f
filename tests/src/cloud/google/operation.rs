//! The services and operations that the fake cloud speaks, and how a request names one.

use std::fmt;

use super::{
    error,
    hosts::{self, Place},
};
use crate::cloud::{
    ApiError,
    fault::Speaks,
    http::{Reply, Request, form::Fields},
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The instance's metadata.
    Metadata,
    /// The OAuth token endpoint.
    OAuth,
    /// The Security Token Service.
    Sts,
    /// IAM service account credentials.
    IamCredentials,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 4] = [Self::Metadata, Self::OAuth, Self::Sts, Self::IamCredentials];

    /// The name in audit lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::OAuth => "oauth2",
            Self::Sts => "sts",
            Self::IamCredentials => "iamcredentials",
        }
    }
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        match self {
            _ if !error::is_api_code(&error.code) => error::oauth(error),
            Self::Metadata => error::page(error),
            _ => error::api(error),
        }
    }

    fn too_many(self) -> ApiError {
        match self {
            Self::OAuth => ApiError::new(429, "rate_limit_exceeded", "Rate Limit Exceeded"),
            _ => ApiError::new(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A service and what is wanted of it, counted as `sts:ExchangeToken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) service: Service,
    pub(super) name: &'static str,
}

impl Operation {
    /// `None` for what no service here would answer.
    pub(super) fn of(request: &Request, universe: &str) -> Option<Self> {
        let operation = Self::of_wire(request)?;
        match hosts::parse(&request.host(), universe) {
            Place::Of(service) if service != operation.service => None,
            Place::Elsewhere => None,
            _ => Some(operation),
        }
    }

    fn of_wire(request: &Request) -> Option<Self> {
        let path = request.path.as_str();
        let (service, name) = match (request.method.as_str(), path) {
            (_, "/") => (Service::Metadata, "Root"),
            _ if path.starts_with("/computeMetadata/") => (Service::Metadata, metadata_name(path)),
            ("POST", "/token") => (Service::OAuth, grant_name(request)),
            ("POST", "/v1/token") => (Service::Sts, "ExchangeToken"),
            ("POST", _) if path.starts_with(ACCOUNTS) && path.ends_with(":generateAccessToken") => {
                (Service::IamCredentials, "GenerateAccessToken")
            }
            _ => return None,
        };
        Some(Self { service, name })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// The fields of a form in the body; what stands in the query does not count.
pub(super) fn form(request: &Request) -> Fields {
    let kind = request.header("content-type").unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    if is_form { Fields::parse(&String::from_utf8_lossy(&request.body)) } else { Fields::default() }
}

fn metadata_name(path: &str) -> &'static str {
    match path {
        _ if path.ends_with("/token") => "GetToken",
        _ if path.ends_with("/email") => "GetEmail",
        _ if path.ends_with("/identity") => "GetIdentity",
        _ => "GetMetadata",
    }
}

fn grant_name(request: &Request) -> &'static str {
    match form(request).get("grant_type") {
        Some(JWT_BEARER) => "JwtBearer",
        Some(REFRESH_TOKEN) => "RefreshToken",
        _ => "Token",
    }
}

/// A dash stands for the project; the real API takes no project in its place.
pub(super) const ACCOUNTS: &str = "/v1/projects/-/serviceAccounts/";
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";

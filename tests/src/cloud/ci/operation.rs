//! The token services, and how a request names one.

use serde_json::json;

use super::{azure_pipelines, buildkite, github_actions};
use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A system's token service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// GitHub Actions.
    GithubActions,
    /// Buildkite.
    Buildkite,
    /// Azure Pipelines.
    AzurePipelines,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::GithubActions, Self::Buildkite, Self::AzurePipelines];

    /// The operation that is counted.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::GithubActions => "github-actions:IdToken",
            Self::Buildkite => "buildkite:OidcToken",
            Self::AzurePipelines => "azure-pipelines:OidcToken",
        }
    }
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        let ApiError { status, code, message } = error;
        match self {
            Self::GithubActions | Self::AzurePipelines => Reply::json(
                *status,
                &json!({ "$id": "1", "message": message, "typeKey": code, "errorCode": 0 }),
            ),
            Self::Buildkite => Reply::json(*status, &json!({ "message": message })),
        }
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "RequestBlocked", "too many requests")
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let service = match request.path.as_str() {
        github_actions::PATH => Service::GithubActions,
        azure_pipelines::PATH => Service::AzurePipelines,
        path if path.starts_with(buildkite::ROOT) => Service::Buildkite,
        _ => return None,
    };
    Some(Operation::new(service, service.operation()))
}

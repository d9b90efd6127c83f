//! How many pulls Docker Hub still grants, as a worker is asked for it and as it answers.
//!
//! Docker Hub counts by account, or by address for those who show no login or one that it does not take.

use serde::{Deserialize, Serialize};

use crate::{kind::DockerHubTarget, vault::Login};

/// Whose limit is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullLimitRequest {
    /// Where Docker Hub is asked.
    pub target: DockerHubTarget,
    /// The login to show; nobody's without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
}

/// What Docker Hub said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PullLimit {
    /// Pulls in a window; absent where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What is left of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u64>,
    /// An address, or the id of an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_for: Option<String>,
}

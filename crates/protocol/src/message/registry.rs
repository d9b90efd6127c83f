//! What registries say of themselves.

use serde::{Deserialize, Serialize};

/// What a registry's own answers tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// As understood.
    pub registry: String,
    /// The kind, where something tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What told, or why nothing does.
    pub because: String,
}

/// How many pulls Docker Hub still grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullLimit {
    /// The registry that was asked for.
    pub registry: String,
    /// The user name that was shown; absent for nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Pulls in a window; absent where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What is left of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u64>,
    /// Whose pulls are counted: an address for anonymous ones, an id for an account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_for: Option<String>,
    /// When Docker Hub said so.
    pub read_at: String,
}

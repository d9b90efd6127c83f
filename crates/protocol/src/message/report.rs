//! What the broker tells about itself, its routes and its configuration.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PullLimit, VaultShown};

/// The answer to `explain`. `kind` is null where the text is no registry's address.
#[derive(Debug, Clone, PartialEq, Default, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The registry as understood: lower-case host, port if there is one.
    pub registry: String,
    /// `ecr`, `ecr-public` …
    pub kind: Option<String>,
    /// What the kind needs to know; for ECR account, region, partition, fips and `dual_stack`.
    pub target: Value,
    /// The identity's name in the configuration, or `default`.
    pub identity: Option<String>,
    /// The source of the token that proves it, and for whom that is asked for, such as `github-actions, for sts.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The roles that it assumes, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// `pull`, `push` or `full`.
    pub access: Option<String>,
    /// The repositories that the credential is to be good for; empty means all that the identity may reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// `config`, `built-in` or `stored`.
    pub source: Option<String>,
    /// The environment variables that the broker would ask the caller for.
    pub variables: Vec<String>,
    /// Where the rule stands, as `path:line`, when it comes from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The stored login that it uses, where there is one: an address, or `name:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// What the user should know about this route, such as an access that the registry cannot narrow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The answer to `status`. Times are RFC 3339, UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The process.
    pub broker: BrokerStatus,
    /// Since it started.
    pub counters: Counters,
    /// What is cached, sorted by registry.
    pub credentials: Vec<CredentialStatus>,
    /// Where logins are kept, as far as that is known without opening it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<VaultShown>,
    /// What Docker Hub has last said of its limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pull_limits: Vec<PullLimit>,
}

/// The broker's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokerStatus {
    /// Process id.
    pub pid: u32,
    /// Its build's version.
    pub version: String,
    /// When it started.
    pub started_at: String,
    /// Where it listens.
    pub socket: String,
    /// Seconds.
    pub uptime_s: u64,
    /// The configuration files in force, most general first.
    #[serde(default)]
    pub config: Vec<String>,
    /// Why a changed configuration is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_error: Option<String>,
}

/// What the broker has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// `get` requests.
    pub requests: u64,
    /// Answered from the cache.
    pub hits: u64,
    /// Workers that were started, refreshes included.
    pub exchanges: u64,
    /// Workers that were started ahead of an expiry.
    pub refreshes: u64,
    /// Exchanges that failed.
    pub failures: u64,
    /// Answers that were past due or under the least life, given because the upstream did not answer.
    pub served_stale: u64,
}

/// One cached credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialStatus {
    /// The host that was last asked for.
    pub registry: String,
    /// `ecr`, `ecr-public` …
    pub kind: String,
    /// The identity's name; with what it turned out to be where that is known.
    pub identity: String,
    /// When the upstream issued it; null while there is none.
    pub issued_at: Option<String>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// When it will be renewed; null when nobody has asked for it lately.
    pub refresh_at: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// The answer to a configuration check.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checked {
    /// The files that were read.
    pub files: Vec<String>,
    /// What is wrong with them; empty is good.
    pub faults: Vec<ConfigFault>,
}

/// One fault, never with a value of the file in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigFault {
    /// Path.
    pub file: String,
    /// Counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

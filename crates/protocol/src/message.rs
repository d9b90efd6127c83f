//! The messages: one JSON object on one line each way, two lines up when environment is asked for.
//!
//! A request names its operation; the reply's `status` says what it is. Unknown fields are ignored
//! on both sides, so that an older helper and a newer broker understand each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shorepass_secret::Secret;

use crate::wire_secret;

/// The wire version that this build speaks; a broker refuses any other.
pub const VERSION: u32 = 1;

/// The first line a client sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// [`VERSION`].
    pub v: u32,
    /// What is asked.
    #[serde(flatten)]
    pub operation: Operation,
}

impl Request {
    /// A request in this build's version.
    #[must_use]
    pub fn new(operation: Operation) -> Self {
        Self { v: VERSION, operation }
    }
}

/// What a client can ask. `server` is the registry's address in any spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
#[expect(missing_docs, reason = "`server` means the same in every variant")]
pub enum Operation {
    /// A credential for `server`; answered by [`Granted`].
    Get { server: String },
    /// A login made by the client; answered by [`Done`] (nothing is kept for a brokered registry).
    Store { server: String },
    /// Forget what is cached for `server`; answered by [`Done`], also when nothing was there.
    Erase { server: String },
    /// Registries with a live credential; answered by [`Listed`]. Never exchanges anything.
    List,
    /// Where `server` would be routed, without any network; answered by [`Explained`].
    Explain { server: String },
    /// The broker, its counters and its credentials; answered by [`Status`].
    Status,
    /// Renew now: `server`, or everything that is cached; answered by [`Done`].
    Refresh { server: Option<String> },
    /// Drop from the cache: `server`, or everything; answered by [`Done`].
    Forget { server: Option<String> },
    /// Read the configuration files afresh and list their faults; answered by [`Checked`].
    CheckConfig,
    /// Stop accepting, answer what is in flight, leave; answered by [`Done`].
    Stop,
}

/// The second line a client sends, after [`Reply::NeedEnv`]: of the names asked for, those it has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environment {
    /// Name → value.
    #[serde(with = "wire_secret::map")]
    pub env: BTreeMap<String, Secret>,
}

/// What the broker answers. `T` depends on the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Reply<T> {
    /// Done, and here it is.
    Ok(T),
    /// Send the values of these variables, then the answer follows.
    NeedEnv {
        /// Names only.
        names: Vec<String>,
    },
    /// Not ours: no route covers that registry.
    NotFound,
    /// Ours, and it failed.
    Error(Failure),
}

/// [`Reply::NeedEnv`] without names of its own: every request asks and is asked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question<'a> {
    /// What tells it from the other replies.
    pub status: QuestionStatus,
    /// Names only.
    #[serde(borrow)]
    pub names: Vec<&'a str>,
}

/// The `status` of a [`Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionStatus {
    /// As in [`Reply`].
    NeedEnv,
}

/// Why a configured registry has no credential, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What to do about it.
    pub kind: FailureKind,
    /// The exact cause for programs, such as `sso_expired`; see `docs/errors.md`.
    pub code: String,
    /// What happened and why: a lower-case fragment.
    pub message: String,
    /// What to do next, the command last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The kinds of failure, by what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Asked and refused: sign in again or fix the permission.
    Denied,
    /// Not asked or not answered: try again later.
    Unavailable,
    /// The configuration cannot work as it stands.
    Misconfigured,
    /// An answer that makes no sense, or a fault of our own.
    Unexpected,
}

/// The answer to `get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// `AWS`, `oauth2accesstoken`, `<token>` …
    pub username: String,
    /// The password.
    #[serde(with = "wire_secret")]
    pub secret: Secret,
    /// RFC 3339, UTC.
    pub expires_at: String,
}

/// The answer to operations that only do something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Done {
    /// How many credentials it touched.
    pub count: u64,
    /// Those that failed, for `refresh`: registry and reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedRegistry>,
    /// How far this machine's clock is ahead of the upstream's, as `refresh` of one registry found; negative is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead_s: Option<i64>,
}

/// One registry that could not be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRegistry {
    /// Its host.
    pub registry: String,
    /// Why.
    pub failure: Failure,
}

/// The answer to `list`: registry host → user name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listed {
    /// Bare hosts: podman refuses a list with `https://` in it.
    pub registries: BTreeMap<String, String>,
}

/// The answer to `explain`. `kind` is null where no route covers the registry.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_get_is_the_line_the_design_shows() {
        let line =
            serde_json::to_string(&Request::new(Operation::Get { server: "r.example".into() })).unwrap();

        assert_eq!(line, r#"{"v":1,"op":"get","server":"r.example"}"#);
    }

    #[test]
    fn a_question_is_the_reply_that_asks_for_environment() {
        let question = Question { status: QuestionStatus::NeedEnv, names: vec!["A", "B"] };

        let line = serde_json::to_string(&question).unwrap();

        let reply = Reply::<()>::NeedEnv { names: vec!["A".into(), "B".into()] };
        assert_eq!(line, serde_json::to_string(&reply).unwrap());
        assert_eq!(serde_json::from_str::<Question<'_>>(&line).unwrap(), question);
        assert!(serde_json::from_str::<Question<'_>>(r#"{"status":"ok","names":[]}"#).is_err());
    }

    #[test]
    fn a_granted_credential_is_flat_and_its_debug_is_mute() {
        let granted = Granted {
            username: "AWS".into(),
            secret: Secret::new("canary"),
            expires_at: "2026-01-01T00:00:00Z".into(),
        };

        let line = serde_json::to_string(&Reply::Ok(granted.clone())).unwrap();

        assert_eq!(
            line,
            r#"{"status":"ok","username":"AWS","secret":"canary","expires_at":"2026-01-01T00:00:00Z"}"#
        );
        assert_eq!(serde_json::from_str::<Reply<Granted>>(&line).unwrap(), Reply::Ok(granted.clone()));
        assert!(!format!("{granted:?}").contains("canary"));
    }
}

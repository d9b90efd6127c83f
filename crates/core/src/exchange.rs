//! The seam between the broker and whoever makes credentials, and the words they exchange.
//!
//! The request and the reply are what travels to a worker process as one line of JSON each; the
//! values of the caller's variables are not in them, they are the worker's environment.

use std::{collections::BTreeMap, future::Future, pin::Pin, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shorepass_secret::Secret;

use crate::{access::Access, identity::Identity, kind::Target};

/// Makes one credential. The implementor must bound its own time, must not cache and must not retry for long.
pub trait Exchanger: Send + Sync {
    /// Does one exchange in the surroundings of one caller.
    fn exchange(&self, request: ExchangeRequest, surroundings: Surroundings) -> Exchanging;
}

/// One exchange under way.
pub type Exchanging = Pin<Box<dyn Future<Output = Result<Exchanged, ExchangeError>> + Send>>;

/// What an exchange is to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeRequest {
    /// The registry, as far as it matters.
    pub target: Target,
    /// Who we are.
    pub identity: Identity,
    /// What the credential may do.
    pub access: Access,
    /// Where it may do that; empty means wherever the identity may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Principals for whose sessions a usable credential of this very target and access is at hand.
    /// When the identity turns out to be one of them, the answer may be [`Exchanged::SameAs`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
}

/// The caller whose surroundings the exchange runs in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The user the caller runs as, where the system has such numbers.
    pub uid: Option<u32>,
    /// Their group.
    pub gid: Option<u32>,
    /// Of the variables the route names, those the caller has.
    pub env: BTreeMap<String, Secret>,
}

/// What an exchange made. On the wire its `status` tells which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Exchanged {
    /// A new credential.
    Credential {
        /// What the registry wants as user name.
        username: String,
        /// What it wants as password.
        #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
        secret: Secret,
        /// How long it lives, in milliseconds, counted from when the exchange was begun. A life is the same by
        /// every clock; where the upstream names an end, it is taken by the upstream's clock.
        life_ms: u64,
        /// Who we turned out to be, when two sessions of the same principal may share.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        principal: Option<String>,
        /// How far this machine's clock is ahead of the upstream's, where that is more than coarseness.
        #[serde(default)]
        clock_ahead_ms: i64,
    },
    /// No new credential is needed: we are this principal of [`ExchangeRequest::known`].
    SameAs {
        /// One of the names that were given.
        principal: String,
    },
}

/// Why there is no credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ExchangeError {
    /// What to do about it.
    pub kind: ErrorKind,
    /// The exact cause for programs, such as `sso_expired`.
    pub code: String,
    /// What happened and why: a lower-case fragment, without any secret or response body.
    pub message: String,
    /// What to do next, the command last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What the upstream asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
}

/// Errors by what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Asked and refused: pointless to retry until the hint has been followed.
    Denied,
    /// Not asked, or not answered: retry with backoff, serve the old credential meanwhile.
    Unavailable,
    /// The settings cannot work as they stand.
    Misconfigured,
    /// An answer that makes no sense, or a fault of our own.
    Unexpected,
}

impl ErrorKind {
    /// Whether asking again can help only after somebody has changed something.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Denied | Self::Misconfigured)
    }
}

impl ExchangeError {
    /// An error without hint.
    #[must_use]
    pub fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into(), hint: None, retry_after: None }
    }

    /// With what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With what the upstream asked for.
    #[must_use]
    pub fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.retry_after = after;
        self
    }
}

/// A worker's whole answer: [`Exchanged`], or `{"status":"error", …}` with the fields of [`ExchangeError`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum WorkerReply {
    /// It failed.
    Error(ExchangeError),
    /// It worked.
    #[serde(untagged)]
    Done(Exchanged),
}

impl From<Result<Exchanged, ExchangeError>> for WorkerReply {
    fn from(result: Result<Exchanged, ExchangeError>) -> Self {
        match result {
            Ok(exchanged) => Self::Done(exchanged),
            Err(error) => Self::Error(error),
        }
    }
}

impl From<WorkerReply> for Result<Exchanged, ExchangeError> {
    fn from(reply: WorkerReply) -> Self {
        match reply {
            WorkerReply::Done(exchanged) => Ok(exchanged),
            WorkerReply::Error(error) => Err(error),
        }
    }
}

/// The longest line that may travel either way: a credential can be tens of kilobytes.
pub const LONGEST_WORKER_LINE: usize = 256 * 1024;

fn write_secret<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_survive_the_line_between_worker_and_broker() {
        let made = Exchanged::Credential {
            username: "AWS".into(),
            secret: Secret::new("canary"),
            life_ms: 43_200_000,
            principal: None,
            clock_ahead_ms: 0,
        };
        let refused = ExchangeError::new(ErrorKind::Denied, "access_denied", "AWS refused").with_hint("do x");

        for result in [Ok(made), Ok(Exchanged::SameAs { principal: "arn".into() }), Err(refused)] {
            let line = serde_json::to_string(&WorkerReply::from(result.clone())).unwrap();
            let back: WorkerReply = serde_json::from_str(&line).unwrap();

            assert_eq!(Result::from(back), result, "{line}");
        }
    }
}

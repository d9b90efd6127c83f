//! The seam between the broker and whoever makes credentials, and the words they exchange.
//!
//! The request and the reply are what travels to a worker process as one line of JSON each; the
//! values of the caller's variables are not in them, they are the worker's environment.

use std::{collections::BTreeMap, future::Future, pin::Pin, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shorepass_secret::Secret;

use crate::{
    access::Access, bearer::BearerRequest, hand_on::HandOn, identity::Identity, kind::Target,
    pull_limit::PullLimitRequest, recognise::RecogniseRequest, robot::RobotOrder, vault::Login,
};

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
    /// Whether a credential that is wider than that is of no use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_narrow: bool,
    /// Principals for whose sessions a usable credential of this very target and access is at hand.
    /// When the identity turns out to be one of them, the answer may be [`Exchanged::SameAs`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    /// The stored login that belongs to the route, where there is one.
    #[serde(default, skip_serializing_if = "StoredLogin::is_none")]
    pub login: StoredLogin,
    /// Whom to ask instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_on: Option<Box<HandOn>>,
}

/// A stored login on its way from the vault to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "login", rename_all = "snake_case")]
pub enum StoredLogin {
    /// None is stored, or the route has no use for one.
    #[default]
    None,
    /// One is stored; whoever starts the worker reads it.
    At {
        /// Its key's text.
        key: String,
    },
    /// Here it is.
    Read {
        /// Its key's text.
        key: String,
        /// The login itself.
        found: Login,
    },
    /// One is stored, and the vault does not give it out.
    Unread {
        /// Its key's text.
        key: String,
        /// Why.
        error: ExchangeError,
    },
}

impl StoredLogin {
    /// Whether nothing is stored.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
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
    Credential(Made),
    /// No new credential is needed: we are this principal of [`ExchangeRequest::known`].
    SameAs {
        /// One of the names that were given.
        principal: String,
    },
}

/// A credential as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What the registry wants as user name.
    pub username: String,
    /// What it wants as password.
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    pub secret: Secret,
    /// How long it lives, in milliseconds, counted from when the exchange was begun. A life is the same by
    /// every clock; where the upstream names an end, it is taken by the upstream's clock.
    pub life_ms: u64,
    /// Nobody has said when it ends: `life_ms` is only how long it is believed before it is looked up again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_lasting: bool,
    /// Who we turned out to be, when two sessions of the same principal may share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// How far this machine's clock is ahead of the upstream's, where that is more than coarseness.
    #[serde(default)]
    pub clock_ahead_ms: i64,
    /// How long it can be renewed behind the scenes, counted like its life: what proves the identity may end with
    /// the job that it was made for. Absent, as long as the identity lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewable_ms: Option<u64>,
}

impl Made {
    /// A credential that ends.
    #[must_use]
    pub fn new(username: impl Into<String>, secret: Secret, life_ms: u64) -> Self {
        let username = username.into();
        Self {
            username,
            secret,
            life_ms,
            is_lasting: false,
            principal: None,
            clock_ahead_ms: 0,
            renewable_ms: None,
        }
    }

    /// A credential of which nobody knows when it ends; it is looked up again now and then.
    #[must_use]
    pub fn lasting(username: impl Into<String>, secret: Secret) -> Self {
        Self { is_lasting: true, ..Self::new(username, secret, LOOKED_UP_AFTER_MS) }
    }
}

/// An hour: a login that was changed past us is noticed after that.
const LOOKED_UP_AFTER_MS: u64 = 3_600_000;

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

    /// Nobody has said who we are to this registry, and no login is stored for it.
    #[must_use]
    pub fn no_login() -> Self {
        Self::new(ErrorKind::Misconfigured, "no_login", "no login is stored for it")
            .with_hint("log in: `docker login HOST`")
    }

    /// Whether it is [`ExchangeError::no_login`].
    #[must_use]
    pub fn is_no_login(&self) -> bool {
        self.code == "no_login"
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

/// What a worker is asked, as one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum WorkerRequest {
    /// Make a credential; answered by [`Exchanged`].
    Exchange(Box<ExchangeRequest>),
    /// Ask another credential helper; answered by [`Exchanged`].
    HandOn(HandOn),
    /// Tell a registry's kind by its answers; answered by [`Recognition`](crate::recognise::Recognition).
    Recognise(RecogniseRequest),
    /// Ask Docker Hub how many pulls are left; answered by [`PullLimit`](crate::pull_limit::PullLimit).
    PullLimit(Box<PullLimitRequest>),
    /// Ask a registry's token service for a token; answered by [`BearerGiven`](crate::bearer::BearerGiven).
    Bearer(Box<BearerRequest>),
    /// Make a robot account; answered by [`RobotMade`](crate::robot::RobotMade). A refusal means that none was made.
    MakeRobot(Box<RobotOrder>),
    /// Delete one; answered by [`RobotRemoved`](crate::robot::RobotRemoved).
    RemoveRobot(Box<RobotOrder>),
}

/// A worker's whole answer: what it was asked for, or `{"status":"error", …}` with the fields of [`ExchangeError`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum WorkerReply<T = Exchanged> {
    /// It failed.
    Error(ExchangeError),
    /// It worked.
    #[serde(untagged)]
    Done(T),
}

impl<T> From<Result<T, ExchangeError>> for WorkerReply<T> {
    fn from(result: Result<T, ExchangeError>) -> Self {
        match result {
            Ok(done) => Self::Done(done),
            Err(error) => Self::Error(error),
        }
    }
}

impl<T> From<WorkerReply<T>> for Result<T, ExchangeError> {
    fn from(reply: WorkerReply<T>) -> Self {
        match reply {
            WorkerReply::Done(done) => Ok(done),
            WorkerReply::Error(error) => Err(error),
        }
    }
}

/// The longest line that may travel either way: a credential can be tens of kilobytes.
pub const LONGEST_WORKER_LINE: usize = 256 * 1024;

pub(crate) fn write_secret<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

pub(crate) fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_survive_the_line_between_worker_and_broker() {
        let made = Made::new("AWS", Secret::new("canary"), 43_200_000);
        let of_a_job = Exchanged::Credential(Made { renewable_ms: Some(300_000), ..made.clone() });
        let made = Exchanged::Credential(made);
        let refused = ExchangeError::new(ErrorKind::Denied, "access_denied", "AWS refused").with_hint("do x");

        for result in
            [Ok(made), Ok(of_a_job), Ok(Exchanged::SameAs { principal: "arn".into() }), Err(refused)]
        {
            let line = serde_json::to_string(&WorkerReply::from(result.clone())).unwrap();
            let back: WorkerReply = serde_json::from_str(&line).unwrap();

            assert_eq!(Result::from(back), result, "{line}");
        }
    }
}

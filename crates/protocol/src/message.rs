//! The messages: one JSON object on one line each way, two lines up when environment is asked for.
//!
//! A request names its operation; the reply's `status` says what it is. Unknown fields are ignored
//! on both sides, so that an older helper and a newer broker understand each other.

mod credential;
mod front_door;
mod registry;
mod report;
mod vault;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::wire_secret;

pub use credential::{Done, FailedRegistry, Granted, Listed};
pub use front_door::{Authorization, FrontDoor};
pub use registry::{PullLimit, Recognised};
pub use report::{BrokerStatus, Checked, ConfigFault, Counters, CredentialStatus, Explained, Status};
pub use vault::{PassedOver, VaultOperation, VaultShown};

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
    /// What an HTTP request to `server` has to show; answered by [`Authorization`].
    Bearer {
        server: String,
        /// Without the host; none for a token that only says who we are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repository: Option<String>,
        /// `pull`, `push` or `pull,push`; `pull` if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access: Option<String>,
    },
    /// A question in another protocol; answered by a [`Granted`] whose secret is the line for standard output.
    Present {
        /// Whose.
        door: FrontDoor,
        /// What came on standard input; it may hold a token.
        #[serde(with = "wire_secret")]
        input: Secret,
    },
    /// A login made by the client; answered by [`Done`] (nothing is kept for a brokered registry).
    Store {
        server: String,
        /// `<token>` says that the secret is an identity token.
        username: String,
        /// The password or token.
        #[serde(with = "wire_secret")]
        secret: Secret,
    },
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
    /// Something about the stored logins themselves.
    Vault(VaultOperation),
    /// What kind of registry `server` is, by one request to it that carries no credential; answered by [`Recognised`].
    Recognise { server: String },
    /// How many pulls Docker Hub still grants whoever `server`'s route makes us; answered by [`PullLimit`].
    PullLimit { server: String },
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

impl<T> From<Result<T, Failure>> for Reply<T> {
    fn from(result: Result<T, Failure>) -> Self {
        match result {
            Ok(done) => Self::Ok(done),
            Err(failure) => Self::Error(failure),
        }
    }
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
            expires_at: Some("2026-01-01T00:00:00Z".into()),
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

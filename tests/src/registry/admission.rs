//! What a registry asks the cloud behind it: whether a login counts, and for what.

mod aws;
mod google;

use std::time::Duration;

pub use self::{aws::of_aws, google::of_google};
use crate::cloud::http::Reply;

/// A cloud's book of logins. The implementor must not wait, and must judge by this moment.
pub trait Admission: Send + Sync + 'static {
    /// How a login stands.
    fn standing(&self, username: &str, password: &str) -> Standing;

    /// Whether a login that is good may do that (`pull`, `push` …) in a repository.
    fn allows(&self, password: &str, repository: &str, action: &str) -> bool;

    /// What has been made to go wrong at this desk; asking counts as a call.
    fn trouble(&self, desk: Desk) -> Trouble {
        let _ = desk;
        Trouble::default()
    }
}

impl dyn Admission {
    /// Whether a login is good.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        self.standing(username, password) == Standing::Good
    }
}

/// How a login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Good,
    /// It did once.
    Expired,
    /// It never did.
    Unknown,
}

/// Where a login is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// At the registry itself.
    Registry,
    /// At its token service.
    TokenService,
}

/// What has been made to go wrong.
#[derive(Debug, Default)]
pub struct Trouble {
    /// Goes back instead of an answer.
    pub instead: Option<Reply>,
    /// How long to wait before the first byte.
    pub wait: Duration,
}

impl Trouble {
    /// The answer, or what goes back instead, after the wait.
    pub(super) fn or(self, answer: impl FnOnce() -> Reply) -> Reply {
        let reply = self.instead.unwrap_or_else(answer);
        Reply { after: reply.after + self.wait, ..reply }
    }
}

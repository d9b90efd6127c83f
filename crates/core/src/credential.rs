//! A credential and how much of its life is left.

use std::time::{Duration, SystemTime};

use shorepass_secret::Secret;

use crate::clock::Moment;

/// What a registry accepts for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The user name that the registry wants.
    pub username: String,
    /// The password.
    pub secret: Secret,
    /// When the exchange was begun: a life is counted from the question, not from the answer.
    pub issued: Moment,
    /// When the upstream says it ends; when it is looked up again, for one that is lasting.
    pub expires_at: SystemTime,
    /// Nobody has said when it ends.
    pub is_lasting: bool,
    /// How far this machine's clock was ahead of the upstream's when it was made.
    pub clock_ahead_ms: i64,
}

impl Credential {
    /// When it ends, where that is known.
    #[must_use]
    pub fn end(&self) -> Option<SystemTime> {
        (!self.is_lasting).then_some(self.expires_at)
    }

    /// The whole life; zero for what was never valid.
    #[must_use]
    pub fn life(&self) -> Duration {
        self.expires_at.duration_since(self.issued.wall).unwrap_or_default()
    }

    /// What is left of it by the clock that says less; zero when it is over.
    #[must_use]
    pub fn remaining(&self, now: Moment) -> Duration {
        let by_wall = self.expires_at.duration_since(now.wall).unwrap_or_default();
        let by_steady = self.life().saturating_sub(now.steady.saturating_sub(self.issued.steady));
        by_wall.min(by_steady)
    }

    /// What is used up of it, by the clock that says more.
    #[must_use]
    pub fn age(&self, now: Moment) -> Duration {
        self.life().saturating_sub(self.remaining(now))
    }
}

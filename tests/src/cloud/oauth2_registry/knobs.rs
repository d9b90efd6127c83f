//! What a test may turn while the service runs, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of the service set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) token_life: Duration,
    pub(super) refresh_token_life: Duration,
    pub(super) omits_life: bool,
    pub(super) post: Post,
    pub(super) challenge: Challenge,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token_life: Duration::from_secs(300),
            refresh_token_life: Duration::from_secs(30 * 24 * 3600),
            omits_life: false,
            post: Post::Answered,
            challenge: Challenge::Plain,
        }
    }
}

/// What becomes of `POST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// It is answered.
    Answered,
    /// There is nothing: 404.
    NotFound,
    /// It is not allowed: 405, as at Harbor.
    NotAllowed,
}

/// How the registry asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// One scheme, everything quoted.
    Plain,
    /// As odd as HTTP allows: several schemes, other cases, quoted commas and quotation marks, and a realm
    /// with a query of its own, without which the token service does not answer.
    Awkward,
}

impl Knobs<Service, Settings> {
    /// How long access tokens last from now on; 5 min to begin with.
    pub fn token_life(&self, life: Duration) {
        self.settings().token_life = life;
    }

    /// How long refresh tokens last from now on; 30 days to begin with.
    pub fn refresh_token_life(&self, life: Duration) {
        self.settings().refresh_token_life = life;
    }

    /// Whether replies leave out `expires_in`; the life is then the specification's minute.
    pub fn omit_life(&self, omits: bool) {
        self.settings().omits_life = omits;
    }

    /// What becomes of `POST` from now on.
    pub fn post(&self, post: Post) {
        self.settings().post = post;
    }

    /// How the registry asks for a token from now on.
    pub fn challenge(&self, challenge: Challenge) {
        self.settings().challenge = challenge;
    }
}

impl Settings {
    pub(super) fn current_token_life(&self) -> Duration {
        if self.omits_life { UNSAID } else { self.token_life }
    }
}

/// Of a token whose reply does not say.
const UNSAID: Duration = Duration::from_secs(60);

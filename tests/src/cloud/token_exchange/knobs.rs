//! What a test may turn while the endpoint runs, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of the endpoint set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) token_life: Duration,
    pub(super) omits_life: bool,
    pub(super) says_invalid_grant: bool,
    pub(super) token_type: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token_life: Duration::from_secs(3600),
            omits_life: false,
            says_invalid_grant: false,
            token_type: "Bearer",
        }
    }
}

impl Knobs<Service, Settings> {
    /// How long tokens last from now on, in whole seconds; 1 h to begin with.
    pub fn token_life(&self, life: Duration) {
        self.settings().token_life = life;
    }

    /// Whether replies leave out `expires_in`, which the RFC only recommends.
    pub fn omit_life(&self, omits: bool) {
        self.settings().omits_life = omits;
    }

    /// Whether a bad subject token is an `invalid_grant`, as many servers say, instead of the RFC's
    /// `invalid_request`.
    pub fn say_invalid_grant(&self, says: bool) {
        self.settings().says_invalid_grant = says;
    }

    /// What `token_type` says of access tokens; `Bearer` to begin with.
    pub fn token_type(&self, name: &'static str) {
        self.settings().token_type = name;
    }
}

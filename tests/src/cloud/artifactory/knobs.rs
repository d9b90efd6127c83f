//! What a test may turn while the platform runs, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of the platform set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub(super) token_life: Option<Duration>,
    pub(super) omits_username: bool,
}

impl Knobs<Service, Settings> {
    /// How long access tokens last from now on, in whole seconds; `None` is as the identity mapping says.
    pub fn token_life(&self, life: Option<Duration>) {
        self.settings().token_life = life;
    }

    /// Whether replies leave out `username`, as older platforms do; it then stands in the token's `sub` only.
    pub fn omit_username(&self, omits: bool) {
        self.settings().omits_username = omits;
    }
}

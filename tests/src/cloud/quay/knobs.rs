//! What a test may turn while Quay runs, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of Quay set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) temporary_token_life: Duration,
    pub(super) registry_token_life: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { temporary_token_life: HOUR, registry_token_life: HOUR }
    }
}

impl Knobs<Service, Settings> {
    /// How long robots' temporary tokens last from now on, in whole seconds; 1 h to begin with.
    pub fn temporary_token_life(&self, life: Duration) {
        self.settings().temporary_token_life = life;
    }

    /// How long the token service's tokens last from now on; 1 h to begin with.
    pub fn registry_token_life(&self, life: Duration) {
        self.settings().registry_token_life = life;
    }
}

const HOUR: Duration = Duration::from_secs(3600);

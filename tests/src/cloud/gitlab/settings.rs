//! What a test may turn at GitLab beside faults and the clock.

use std::time::Duration;

use super::Service;
use crate::cloud::stand::Knobs;

/// As they stand.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) bearer_life: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { bearer_life: Duration::from_secs(300) }
    }
}

impl Knobs<Service, Settings> {
    /// How long the registry's bearer tokens last from now on; 5 min to begin with.
    pub fn bearer_life(&self, life: Duration) {
        self.settings().bearer_life = life;
    }
}

//! What a test may turn while the services run, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of the services set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) token_life: Duration,
    pub(super) page: Option<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { token_life: Duration::from_secs(300), page: None }
    }
}

impl Knobs<Service, Settings> {
    /// How long tokens last from now on, in whole seconds; 5 min to begin with. What a job asks for goes before.
    pub fn token_life(&self, life: Duration) {
        self.settings().token_life = life;
    }

    /// From now on every service answers with a page for people, of this status.
    pub fn answer_with_page(&self, status: u16) {
        self.settings().page = Some(status);
    }
}

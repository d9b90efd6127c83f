//! What a test may turn while Harbor runs, beside faults, latencies and the clock.

use std::time::Duration;

use super::operation::Service;
use crate::cloud::stand::Knobs;

/// What the knobs of Harbor set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) token_life: Duration,
    pub(super) robot_life: Option<Duration>,
    pub(super) replies_to_lose: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { token_life: Duration::from_secs(1800), robot_life: None, replies_to_lose: 0 }
    }
}

impl Knobs<Service, Settings> {
    /// How long the token service's tokens last from now on; 30 min to begin with.
    pub fn token_life(&self, life: Duration) {
        self.settings().token_life = life;
    }

    /// How long robots last from now on, in whole seconds and however many days are asked for; `None` is as
    /// asked. The real one knows only days.
    pub fn robot_life(&self, life: Option<Duration>) {
        self.settings().robot_life = life;
    }

    /// The next so many robots are made, but the connection is closed before their maker hears of it.
    pub fn lose_replies(&self, count: usize) {
        self.settings().replies_to_lose = count;
    }

    /// Asking counts as the reply.
    pub(super) fn loses_reply(&self) -> bool {
        let mut settings = self.settings();
        let loses = settings.replies_to_lose > 0;
        settings.replies_to_lose = settings.replies_to_lose.saturating_sub(1);
        loses
    }
}

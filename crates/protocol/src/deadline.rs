//! One end for a whole conversation, however many reads it takes.

use std::time::{Duration, Instant};

/// The moment after which nobody waits any longer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    whole: Duration,
}

impl Deadline {
    #[expect(clippy::disallowed_methods, reason = "a client has no simulated time; this is its only clock")]
    pub(crate) fn after(whole: Duration) -> Self {
        Self { at: Instant::now() + whole, whole }
    }

    /// What is left; `None` when it has passed.
    #[expect(clippy::disallowed_methods, reason = "a client has no simulated time; this is its only clock")]
    pub(crate) fn left(self) -> Option<Duration> {
        self.at.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// The length it was made with, for messages.
    pub(crate) fn whole(self) -> Duration {
        self.whole
    }
}

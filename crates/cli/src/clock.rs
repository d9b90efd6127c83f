//! The one place of this program that asks for the time.

use std::time::{Duration, Instant, SystemTime};

/// The wall clock, to say how far away an instant of the broker's is.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge of the program; everything else is handed the instant"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// An instant by which something must be done.
pub(crate) struct Deadline(Instant);

#[expect(
    clippy::disallowed_methods,
    reason = "the edge of the program; everything else is handed the instant"
)]
impl Deadline {
    pub(crate) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// How long until then.
    pub(crate) fn left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

//! The one place of this program that asks for the time.

use std::time::SystemTime;

/// The wall clock, to say how far away an instant of the broker's is.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge of the program; everything else is handed the instant"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

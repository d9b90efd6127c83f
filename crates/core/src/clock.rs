//! The only thing that asks the time.
//!
//! Two clocks are read together: the wall clock, which upstreams mean when they name an expiry but
//! which people and suspends move, and the monotonic clock, which only runs forward but may stand
//! still while a laptop sleeps. What is over by either is over.

use std::time::{Duration, Instant, SystemTime};

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock.
    pub wall: SystemTime,
    /// The monotonic clock, counted from some fixed start.
    pub steady: Duration,
}

/// Reads the clocks. The implementor must not let `steady` go backwards.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts counting.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else asks")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else asks")]
    fn now(&self) -> Moment {
        Moment { wall: SystemTime::now(), steady: self.start.elapsed() }
    }
}

#[cfg(test)]
pub(crate) mod fake {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Follows tokio's paused time; its wall clock can be moved apart.
    #[derive(Clone)]
    pub(crate) struct FakeClock {
        start: tokio::time::Instant,
        wall: Arc<Mutex<SystemTime>>,
    }

    impl FakeClock {
        pub(crate) fn new() -> Self {
            let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
            Self { start: tokio::time::Instant::now(), wall: Arc::new(Mutex::new(wall)) }
        }

        /// Somebody sets the clock, or the machine wakes after a sleep of which the steady clock knows nothing.
        pub(crate) fn step_wall(&self, forward: Duration) {
            *self.wall.lock().unwrap() += forward;
        }

        pub(crate) fn step_wall_back(&self, back: Duration) {
            *self.wall.lock().unwrap() -= back;
        }
    }

    impl Clock for FakeClock {
        fn now(&self) -> Moment {
            let steady = self.start.elapsed();
            Moment { wall: *self.wall.lock().unwrap() + steady, steady }
        }
    }
}

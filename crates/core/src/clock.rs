//! The only thing that asks the time.
//!
//! Two clocks are read together: the wall clock, which upstreams mean when they name an expiry but
//! which people and suspends move, and the monotonic clock, which only runs forward but may stand
//! still while a laptop sleeps. What is over by either is over, and stays so.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock.
    pub wall: SystemTime,
    /// The monotonic clock, counted from some fixed start; within the broker with the wall clock's leaps in it.
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

/// A steady clock that does not stand still in a suspend: what the wall clock leaps ahead is added to it.
///
/// It takes each leap for time that went by, and a later step back does not undo that: better one exchange
/// too many than a credential handed out that has ended. Only what it is asked about it can see.
pub(crate) struct Lived {
    clock: Arc<dyn Clock>,
    leaps: Mutex<Leaps>,
}

struct Leaps {
    /// Where the clocks last went apart, as they read then.
    since: Moment,
    total: Duration,
}

impl Lived {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let since = clock.now();
        Self { clock, leaps: Mutex::new(Leaps { since, total: Duration::ZERO }) }
    }
}

impl Clock for Lived {
    fn now(&self) -> Moment {
        let mut leaps = self.leaps.lock().unwrap_or_else(PoisonError::into_inner);
        let read = self.clock.now();
        let together = leaps.since.wall + read.steady.saturating_sub(leaps.since.steady);
        let (ahead, apart) = match read.wall.duration_since(together) {
            Ok(ahead) => (ahead, ahead),
            Err(behind) => (Duration::ZERO, behind.duration()),
        };
        if apart > UNSTEADY {
            *leaps = Leaps { since: read, total: leaps.total + ahead };
        }
        Moment { wall: read.wall, steady: read.steady + leaps.total }
    }
}

/// Clocks that are kept right by small strokes differ by this much before it counts.
const UNSTEADY: Duration = Duration::from_secs(1);

#[cfg(test)]
pub(crate) mod fake {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fake::FakeClock, *};

    #[tokio::test(start_paused = true)]
    async fn a_suspend_is_lived_through_and_a_step_back_undoes_nothing() {
        let clock = FakeClock::new();
        let lived = Lived::new(Arc::new(clock.clone()));

        clock.step_wall(5 * HOUR);
        let resumed = lived.now().steady;
        clock.step_wall_back(24 * HOUR);
        let set_back = lived.now().steady;
        tokio::time::sleep(HOUR).await;

        assert_eq!((resumed, set_back, lived.now().steady), (5 * HOUR, 5 * HOUR, 6 * HOUR));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wall_clock_that_wavers_by_a_little_adds_nothing() {
        let clock = FakeClock::new();
        let lived = Lived::new(Arc::new(clock.clone()));

        for _ in 0..1_000 {
            clock.step_wall(Duration::from_millis(400));
            lived.now();
            clock.step_wall_back(Duration::from_millis(400));
            lived.now();
        }

        assert_eq!(lived.now().steady, Duration::ZERO);
    }

    proptest! {
        #[test]
        fn lived_time_never_runs_back_and_never_behind_either_clock(
            steps in prop::collection::vec((-100_000_i64..100_000, 0_u64..100_000), 1..40),
        ) {
            let reading = Arc::new(Mutex::new(Moment { wall: SystemTime::UNIX_EPOCH + 9_999 * HOUR, steady: HOUR }));
            let lived = Lived::new(Arc::new(Scripted(Arc::clone(&reading))));
            for (wall, steady) in steps {
                let (before, read_before) = (lived.now(), *reading.lock().unwrap());
                let read = {
                    let mut reading = reading.lock().unwrap();
                    let step = Duration::from_secs(wall.unsigned_abs());
                    reading.wall = if wall < 0 { reading.wall - step } else { reading.wall + step };
                    reading.steady += Duration::from_secs(steady);
                    *reading
                };
                let went_by = lived.now().steady.checked_sub(before.steady);

                let by_wall = read.wall.duration_since(read_before.wall).unwrap_or_default();
                let most = by_wall.max(read.steady - read_before.steady);
                prop_assert!(went_by.is_some_and(|went_by| went_by + UNSTEADY >= most), "{went_by:?} for {most:?}");
                prop_assert!(went_by.is_some_and(|went_by| went_by <= most + UNSTEADY), "{went_by:?} for {most:?}");
            }
        }
    }

    struct Scripted(Arc<Mutex<Moment>>);

    impl Clock for Scripted {
        fn now(&self) -> Moment {
            *self.0.lock().unwrap()
        }
    }

    const HOUR: Duration = Duration::from_secs(3600);
}

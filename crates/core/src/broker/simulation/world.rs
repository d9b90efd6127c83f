//! What time it really is, and what a machine's two clocks make of it.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::clock::{Clock, Moment};

/// A machine that is suspended and whose wall clock is set, on tokio's paused time.
pub(super) struct World {
    start: tokio::time::Instant,
    moved: Mutex<Moved>,
    readings: AtomicU64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Moved {
    slept: Duration,
    forward: Duration,
    back: Duration,
}

/// An instant by every measure, each counted from the start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instants {
    /// What the machine was awake.
    pub(super) steady: Duration,
    /// What upstreams count.
    pub(super) truth: Duration,
    /// The most that somebody can believe to have passed who reads both clocks all the time.
    pub(super) seen: Duration,
}

impl World {
    pub(super) fn new() -> Self {
        Self { start: tokio::time::Instant::now(), moved: Mutex::default(), readings: AtomicU64::new(0) }
    }

    pub(super) fn instants(&self) -> Instants {
        let Moved { slept, forward, .. } = *self.moved.lock().unwrap();
        let steady = self.start.elapsed();
        Instants { steady, truth: steady + slept, seen: steady + slept + forward }
    }

    /// The steady clock stands still, the wall clock does not.
    pub(super) fn suspend(&self, time: Duration) {
        self.moved.lock().unwrap().slept += time;
    }

    /// Somebody sets the wall clock.
    pub(super) fn step(&self, forward: Duration) {
        self.moved.lock().unwrap().forward += forward;
    }

    pub(super) fn step_back(&self, back: Duration) {
        self.moved.lock().unwrap().back += back;
    }

    /// How often somebody asked for the time.
    pub(super) fn readings(&self) -> u64 {
        self.readings.load(Ordering::Relaxed)
    }
}

impl Clock for World {
    fn now(&self) -> Moment {
        self.readings.fetch_add(1, Ordering::Relaxed);
        let Moved { slept, forward, back } = *self.moved.lock().unwrap();
        let steady = self.start.elapsed();
        let set = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Moment { wall: set + steady + slept + forward - back, steady }
    }
}

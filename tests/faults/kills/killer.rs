//! Who is killed next, by a seeded chance.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::{crowd::Crowd, table::Table};

/// Kills brokers, workers and helpers.
pub(super) struct Killer<'a> {
    random: Random,
    table: Table,
    crowd: &'a Crowd<'a>,
    killed: Killed,
}

/// Only what was alive when it was hit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Killed {
    pub(super) brokers: usize,
    pub(super) workers: usize,
    pub(super) helpers: usize,
}

impl Killed {
    pub(super) fn count(&self) -> usize {
        self.brokers + self.workers + self.helpers
    }
}

impl<'a> Killer<'a> {
    pub(super) fn new(seed: u64, table: Table, crowd: &'a Crowd<'a>) -> Self {
        Self { random: Random::new(seed), table, crowd, killed: Killed::default() }
    }

    /// Brokers and workers; helpers are counted by who waits for them.
    pub(super) fn killed(&self) -> Killed {
        self.killed
    }

    pub(super) fn strike(&mut self, brokers_too: bool) {
        match self.random.below(40) {
            0..2 if brokers_too => {
                let brokers = self.table.running("shorepassd");
                self.killed.brokers += usize::from(kill(self.random.one_of(&brokers)));
            }
            2..=6 => {
                let workers = self.table.running("shorepass-excha");
                self.killed.workers += usize::from(kill(self.random.one_of(&workers)));
            }
            _ => self.crowd.kill_one(&mut self.random),
        }
    }

    pub(super) fn pause(&mut self) -> Duration {
        Duration::from_micros(self.random.below(16_000))
    }
}

/// Whether it was running and is no more.
fn kill(pid: Option<u32>) -> bool {
    let Some(pid) = pid.filter(|pid| Table::is_running(*pid)) else { return false };
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).is_ok()
}

/// `splitmix64`
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let at = self.below(all.len().max(1) as u64);
        all.get(usize::try_from(at).unwrap()).copied()
    }
}

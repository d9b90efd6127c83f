//! Callers in a loop, each with one helper after the other; what becomes of every helper is counted.

use std::{
    collections::{BTreeMap, HashMap},
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use super::killer::Random;
use crate::{HELPER, is_explained};

/// The helpers that run, and how many were killed.
pub(super) struct Crowd<'a> {
    bed: &'a Bed,
    cloud: &'a Aws,
    clock: SystemClock,
    /// Since when. A helper stands here until just before it is waited for, so its number is its own.
    running: Mutex<HashMap<u32, Duration>>,
    killed: AtomicUsize,
}

/// What callers have seen.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) answers: usize,
    /// By their words without the server.
    pub(super) errors: BTreeMap<String, usize>,
    pub(super) slowest: Duration,
    /// What must not happen.
    pub(super) wrong: Vec<String>,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(bed: &'a Bed, cloud: &'a Aws) -> Self {
        let clock = SystemClock::new();
        Self { bed, cloud, clock, running: Mutex::default(), killed: AtomicUsize::new(0) }
    }

    /// How many helpers have ended by signal 9.
    pub(super) fn killed(&self) -> usize {
        self.killed.load(Ordering::SeqCst)
    }

    /// Kills one of the helpers that run.
    pub(super) fn kill_one(&self, random: &mut Random) {
        let running = self.running.lock().unwrap();
        let pids: Vec<u32> = running.keys().copied().collect();
        if let Some(pid) = random.one_of(&pids) {
            let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL);
        }
    }

    /// A helper that has had its time would hold its caller for ever.
    pub(super) fn end_the_stuck(&self) {
        let running = self.running.lock().unwrap();
        let now = self.clock.now().steady;
        for (pid, since) in &*running {
            if now.saturating_sub(*since) > 2 * BOUND {
                let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL);
            }
        }
    }

    pub(super) fn call_until(&self, over: &AtomicBool, seed: u64) -> Tally {
        let mut random = Random::new(seed);
        let mut tally = Tally::default();
        while !over.load(Ordering::SeqCst) {
            let server = server(random.one_of(&REGIONS).unwrap());
            self.call(&server, &mut tally);
        }
        tally
    }

    fn call(&self, server: &str, tally: &mut Tally) {
        let mut child = self.bed.start(HELPER, &["get"], &[]);
        let begun = self.clock.now().steady;
        self.running.lock().unwrap().insert(child.id(), begun);
        let _ = child.stdin.take().unwrap().write_all(server.as_bytes());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        let _ = child.stdout.take().unwrap().read_to_string(&mut stdout);
        let _ = child.stderr.take().unwrap().read_to_string(&mut stderr);
        self.running.lock().unwrap().remove(&child.id());
        let status = child.wait().unwrap();
        let took = self.clock.now().steady - begun;

        if took > BOUND {
            tally.wrong.push(format!("it took {took:?}: {stdout}"));
        }
        if status.signal() == Some(9) {
            self.killed.fetch_add(1, Ordering::SeqCst);
            return;
        }
        tally.slowest = tally.slowest.max(took);
        let said = Said { code: status.code().unwrap_or(-1), stdout, stderr };
        if said.code == 0 {
            let (username, secret) = said.credential();
            tally.answers += 1;
            if !self.cloud.issued().is_valid(&username, &secret) {
                tally.wrong.push(format!("a password that does not count, after {took:?}"));
            }
        } else if is_explained(&said) {
            let words = said.stdout.trim_end().replace(server, "…");
            *tally.errors.entry(words).or_default() += 1;
        } else {
            tally.wrong.push(format!("{said:?}"));
        }
    }
}

impl Tally {
    pub(super) fn and(mut self, other: Self) -> Self {
        self.answers += other.answers;
        self.slowest = self.slowest.max(other.slowest);
        self.wrong.extend(other.wrong);
        for (words, count) in other.errors {
            *self.errors.entry(words).or_default() += count;
        }
        self
    }
}

/// The registry of the standard world's first account in a region.
pub(super) fn server(region: &str) -> String {
    format!("123456789012.dkr.ecr.{region}.amazonaws.com")
}

/// A request that was not killed itself has its answer by then.
const BOUND: Duration = Duration::from_secs(15);
pub(super) const REGIONS: [&str; 4] = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"];

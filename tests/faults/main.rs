//! What goes wrong around the programs: kills, full disks, dead upstreams, hostile neighbours, half-written files.
//!
//! Every test takes a bounded time and leaves nothing behind. Some act as two users or mount a file system of
//! their own: they need root and fail by their names without it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod abuse;
mod configuration;
mod false_brokers;
mod folders;
mod kills;
mod memory;
mod outsiders;
mod place;
mod places;
#[path = "../end_to_end/broker_life/processes.rs"]
mod processes;
mod scarcity;
mod sizes;
mod upstreams;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

/// Writes a program for the shell into the bed and returns its path.
fn script(bed: &Bed, name: &str, text: &str) -> PathBuf {
    let path = bed.write(name, &format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Says that it is over as soon as it is dropped, so that those who go on until then end with a test that fails.
struct OverAtLast<'a>(&'a AtomicBool);

impl Drop for OverAtLast<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What came of it, and how long it took.
fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let clock = SystemClock::new();
    let before = clock.now().steady;
    let outcome = act();
    (outcome, clock.now().steady - before)
}

/// Asserts that a `get` has brought a password that counts at this moment.
#[track_caller]
fn assert_answered(cloud: &Aws, said: &Said) {
    let (username, secret) = said.credential();
    assert!(cloud.issued().is_valid(&username, &secret), "the password does not count");
}

/// Asserts that a `get` has failed in one line that holds all this.
#[track_caller]
fn assert_explained(said: &Said, parts: &[&str]) {
    assert!(is_explained(said), "{said:?}");
    for part in parts {
        assert!(said.stdout.contains(part), "`{part}` is not in: {}", said.stdout);
    }
}

/// Whether it is a failure in one line on both streams.
fn is_explained(said: &Said) -> bool {
    said.code == 1
        && said.stdout == said.stderr
        && said.stdout.starts_with("shorepass: ")
        && said.stdout.lines().count() == 1
}

/// A private registry of the standard world's first account.
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const HELPER: &str = "docker-credential-shorepass";

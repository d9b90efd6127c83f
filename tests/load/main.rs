//! Many at once: helpers, scopes and connections. A program of its own, so that nothing else runs beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod client;
mod crowds;
mod jobs;
mod lives;
mod queues;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A private registry of the standard world's first account.
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// One load at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

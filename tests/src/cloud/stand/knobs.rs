//! What a test may turn while a fake runs: its own settings, latencies, faults and the clock.
//!
//! A handle; clones turn the same knobs. Nothing here touches who exists, which is the world. Each fake
//! names its own knobs in an `impl` beside its settings.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::cloud::{clock::ServerClock, trouble::Troubles};

/// The knobs of one fake.
#[derive(Debug, Clone)]
pub struct Knobs<S, T> {
    settings: Arc<Mutex<T>>,
    troubles: Troubles<S>,
}

impl<S, T> Deref for Knobs<S, T> {
    type Target = Troubles<S>;

    fn deref(&self) -> &Troubles<S> {
        &self.troubles
    }
}

impl<S, T: Default + Clone> Knobs<S, T> {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { settings: Arc::default(), troubles: Troubles::new(clock) }
    }

    /// As they stand now.
    pub(crate) fn current(&self) -> T {
        self.settings().clone()
    }

    pub(crate) fn settings(&self) -> MutexGuard<'_, T> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

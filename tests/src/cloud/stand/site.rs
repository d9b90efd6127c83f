//! The inside of one fake: what every one has, and beside it what is its own.

use std::{
    ops::Deref,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{Fake, Knobs};
use crate::cloud::{audit::Audit, clock::ServerClock, http::Request};

/// Leads to what is the fake's own.
pub struct Site<F: Fake> {
    pub(crate) knobs: Knobs<F::Service, F::Settings>,
    pub(super) audit: Audit,
    own: F,
    scheme: &'static str,
    world: Mutex<F::World>,
}

impl<F: Fake> Deref for Site<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.own
    }
}

impl<F: Fake> Site<F> {
    pub(crate) fn new(world: F::World, is_tls: bool) -> Self {
        let clock = ServerClock::default();
        Self {
            own: F::open(&clock),
            knobs: Knobs::new(clock),
            audit: Audit::default(),
            scheme: if is_tls { "https" } else { "http" },
            world: Mutex::new(world),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.knobs.clock().now()
    }

    /// Locked until the guard goes; never held while a client waits.
    pub(crate) fn world(&self) -> MutexGuard<'_, F::World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scheme and authority as the client has addressed them.
    pub(crate) fn root_for(&self, request: &Request) -> String {
        format!("{}://{}", self.scheme, request.header("host").unwrap_or_default())
    }
}

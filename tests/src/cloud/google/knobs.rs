//! What a test may turn while the cloud runs: lives, latencies, faults and the clock.
//!
//! A handle; clones turn the same knobs. Nothing here touches who exists, which is the `World`.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::operation::Service;
use crate::cloud::{clock::ServerClock, trouble::Troubles};

/// The knobs of one cloud.
#[derive(Debug, Clone, Default)]
pub struct Knobs {
    settings: Arc<Mutex<Settings>>,
    troubles: Troubles<Service>,
}

#[derive(Debug, Default)]
struct Settings {
    token_life: Option<Duration>,
    metadata_token_left: Option<Duration>,
    forgets_flavor: bool,
    takes_unsigned_target: bool,
}

impl Deref for Knobs {
    type Target = Troubles<Service>;

    fn deref(&self) -> &Troubles<Service> {
        &self.troubles
    }
}

impl Knobs {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { troubles: Troubles::new(clock), ..Self::default() }
    }

    /// How long access tokens last from now on, whatever the caller asks for; `None` is as asked, or an
    /// hour. Fractions of a second count for the token, but `expires_in` is said in whole seconds, rounded
    /// down.
    pub fn token_life(&self, life: Option<Duration>) {
        self.settings().token_life = life;
    }

    /// How long the token in the metadata server's cache has to live when it is first handed out; asking
    /// again gives no other until it is over. `None` is a whole life, renewed shortly before its end.
    pub fn metadata_token_left(&self, left: Option<Duration>) {
        self.settings().metadata_token_left = left;
    }

    /// Whether the metadata server leaves out its `Metadata-Flavor` header, as an impostor does.
    pub fn forget_metadata_flavor(&self, forgets: bool) {
        self.settings().forgets_flavor = forgets;
    }

    /// Whether STS takes an AWS request whose `x-goog-cloud-target-resource` is not signed. The real one does,
    /// and some of Google's own libraries rely on it.
    pub fn take_unsigned_target(&self, takes: bool) {
        self.settings().takes_unsigned_target = takes;
    }

    pub(super) fn token_life_for(&self, asked: Duration) -> Duration {
        self.settings().token_life.unwrap_or(asked)
    }

    pub(super) fn current_metadata_token_left(&self) -> Option<Duration> {
        self.settings().metadata_token_left
    }

    pub(super) fn forgets_flavor(&self) -> bool {
        self.settings().forgets_flavor
    }

    pub(super) fn takes_unsigned_target(&self) -> bool {
        self.settings().takes_unsigned_target
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

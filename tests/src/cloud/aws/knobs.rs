//! What a test may turn while the cloud runs: lives, latencies, faults and the clock.
//!
//! A handle; clones turn the same knobs. Nothing here touches who exists, which is the `World`.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{imds::InstanceMood, operation::Service};
use crate::cloud::{clock::ServerClock, trouble::Troubles};

/// The knobs of one cloud.
#[derive(Debug, Clone, Default)]
pub struct Knobs {
    settings: Arc<Mutex<Settings>>,
    troubles: Troubles<Service>,
}

#[derive(Debug)]
struct Settings {
    registry_token_life: Duration,
    session_life: Option<Duration>,
    sign_in_life: Duration,
    instance: InstanceMood,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            registry_token_life: Duration::from_secs(12 * 3600),
            session_life: None,
            sign_in_life: Duration::from_secs(8 * 3600),
            instance: InstanceMood::Well,
        }
    }
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

    /// How long registry passwords last from now on; 12 h to begin with, fractions of a second count.
    pub fn registry_token_life(&self, life: Duration) {
        self.settings().registry_token_life = life;
    }

    /// How long sessions last from now on, whatever the caller asks for; `None` is as asked.
    pub fn session_life(&self, life: Option<Duration>) {
        self.settings().session_life = life;
    }

    /// How long an access token of IAM Identity Center lasts from now on; 8 h to begin with.
    pub fn sign_in_life(&self, life: Duration) {
        self.settings().sign_in_life = life;
    }

    /// How the instance's metadata service behaves.
    pub fn instance(&self, mood: InstanceMood) {
        self.settings().instance = mood;
    }

    pub(super) fn current_registry_token_life(&self) -> Duration {
        self.settings().registry_token_life
    }

    pub(super) fn current_sign_in_life(&self) -> Duration {
        self.settings().sign_in_life
    }

    pub(super) fn current_instance(&self) -> InstanceMood {
        self.settings().instance.clone()
    }

    pub(super) fn session_life_for(&self, asked: Duration) -> Duration {
        self.settings().session_life.unwrap_or(asked)
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

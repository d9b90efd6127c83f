//! What a test may turn while the cloud runs: lives, moods, latencies, faults and the clock.
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

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) access_token_life: Duration,
    pub(super) identity_token_life: Duration,
    pub(super) registry_refresh_token_life: Duration,
    pub(super) registry_access_token_life: Duration,
    pub(super) device_code_life: Duration,
    pub(super) instance: InstanceMood,
    pub(super) has_firewall: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_token_life: Duration::from_secs(3600),
            identity_token_life: Duration::from_secs(24 * 3600),
            registry_refresh_token_life: Duration::from_secs(3 * 3600),
            registry_access_token_life: Duration::from_secs(75 * 60),
            device_code_life: Duration::from_secs(900),
            instance: InstanceMood::Well,
            has_firewall: false,
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

    /// How long Entra's access tokens last from now on, in whole seconds; 1 h to begin with.
    pub fn access_token_life(&self, life: Duration) {
        self.settings().access_token_life = life;
    }

    /// How long tokens of managed identities last from now on, in whole seconds; 24 h to begin with.
    pub fn identity_token_life(&self, life: Duration) {
        self.settings().identity_token_life = life;
    }

    /// How long registries' refresh tokens last from now on, in whole seconds; 3 h to begin with.
    pub fn registry_refresh_token_life(&self, life: Duration) {
        self.settings().registry_refresh_token_life = life;
    }

    /// How long registries' access tokens last from now on, in whole seconds; 75 min to begin with.
    pub fn registry_access_token_life(&self, life: Duration) {
        self.settings().registry_access_token_life = life;
    }

    /// How long a person has for a device code from now on; 15 min to begin with.
    pub fn device_code_life(&self, life: Duration) {
        self.settings().device_code_life = life;
    }

    /// How the metadata service behaves.
    pub fn instance(&self, mood: InstanceMood) {
        self.settings().instance = mood;
    }

    /// Whether the registries' firewall keeps every client out.
    pub fn firewall(&self, is_up: bool) {
        self.settings().has_firewall = is_up;
    }

    /// As they stand now.
    pub(super) fn current(&self) -> Settings {
        self.settings().clone()
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

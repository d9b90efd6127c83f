//! What a test may turn at GitHub beside faults and the clock.

use std::time::Duration;

use super::Service;
use crate::cloud::stand::Knobs;

/// As they stand.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) installation_token_life: Duration,
    pub(super) bearer_life: Duration,
    pub(super) device_code_life: Duration,
    pub(super) device_interval: Duration,
    pub(super) requests_per_hour: usize,
    pub(super) app_tokens_open_packages: bool,
    pub(super) denies_at_token_service: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            installation_token_life: Duration::from_secs(3600),
            bearer_life: Duration::from_secs(300),
            device_code_life: Duration::from_secs(900),
            device_interval: Duration::from_secs(5),
            requests_per_hour: 5000,
            app_tokens_open_packages: false,
            denies_at_token_service: false,
        }
    }
}

impl Knobs<Service, Settings> {
    /// How long installation tokens last from now on; 1 h to begin with.
    pub fn installation_token_life(&self, life: Duration) {
        self.settings().installation_token_life = life;
    }

    /// How long the registry's bearer tokens last from now on; 5 min to begin with.
    pub fn bearer_life(&self, life: Duration) {
        self.settings().bearer_life = life;
    }

    /// How long a person has for a device code from now on; 15 min to begin with.
    pub fn device_code_life(&self, life: Duration) {
        self.settings().device_code_life = life;
    }

    /// How long a client has to wait between two polls of codes from now on; 5 s to begin with, zero is
    /// unchecked.
    pub fn device_interval(&self, interval: Duration) {
        self.settings().device_interval = interval;
    }

    /// How many requests each app or person has in an hour; 5000 to begin with.
    pub fn requests_per_hour(&self, most: usize) {
        self.settings().requests_per_hour = most;
    }

    /// Whether installation tokens open private packages that are linked to a repository. They log in either
    /// way, which is all that the real registry does.
    pub fn app_tokens_open_packages(&self, opens: bool) {
        self.settings().app_tokens_open_packages = opens;
    }

    /// Whether the token service refuses a login that may do nothing of what is asked, instead of giving a
    /// token that is good for nothing.
    pub fn deny_at_token_service(&self, denies: bool) {
        self.settings().denies_at_token_service = denies;
    }
}

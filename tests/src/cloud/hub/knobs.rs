//! What a test may turn at Docker Hub beside faults and the clock.

use std::time::Duration;

use super::Service;
use crate::cloud::stand::Knobs;

/// As they stand.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) bearer_life: Duration,
    pub(super) keyless_life: Option<Duration>,
    pub(super) tells_keyless_life: bool,
    pub(super) device_code_life: Duration,
    pub(super) device_interval: Duration,
    pub(super) access_token_life: Duration,
    pub(super) anonymous_pulls: usize,
    pub(super) personal_pulls: usize,
    pub(super) forgives_bad_logins: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bearer_life: Duration::from_secs(300),
            keyless_life: None,
            tells_keyless_life: false,
            device_code_life: Duration::from_secs(900),
            device_interval: Duration::from_secs(5),
            access_token_life: Duration::from_secs(3600),
            anonymous_pulls: 100,
            personal_pulls: 200,
            forgives_bad_logins: false,
        }
    }
}

impl Knobs<Service, Settings> {
    /// How long the registry's bearer tokens last from now on; 5 min to begin with.
    pub fn bearer_life(&self, life: Duration) {
        self.settings().bearer_life = life;
    }

    /// How long the exchange's tokens last from now on, whatever is asked for; `None` is as asked.
    pub fn keyless_life(&self, life: Option<Duration>) {
        self.settings().keyless_life = life;
    }

    /// Whether the exchange says how long its tokens last, which Docker does not promise.
    pub fn tell_keyless_life(&self, tells: bool) {
        self.settings().tells_keyless_life = tells;
    }

    /// How long a person has for a device code from now on; 15 min to begin with.
    pub fn device_code_life(&self, life: Duration) {
        self.settings().device_code_life = life;
    }

    /// How long a client has to wait between two polls from now on; 5 s to begin with, zero is unchecked.
    pub fn device_interval(&self, interval: Duration) {
        self.settings().device_interval = interval;
    }

    /// How long access tokens of people last from now on; 1 h to begin with.
    pub fn access_token_life(&self, life: Duration) {
        self.settings().access_token_life = life;
    }

    /// How many pulls are free in six hours, by address and by personal account; 100 and 200 to begin with.
    pub fn pull_limits(&self, anonymous: usize, personal: usize) {
        let mut settings = self.settings();
        (settings.anonymous_pulls, settings.personal_pulls) = (anonymous, personal);
    }

    /// Whether a wrong login gets a token of nobody instead of a refusal, so that its pulls count by address.
    pub fn forgive_bad_logins(&self, forgives: bool) {
        self.settings().forgives_bad_logins = forgives;
    }
}

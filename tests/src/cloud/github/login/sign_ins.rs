//! Device codes that wait for a person.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use crate::cloud::random;

/// Everything that is about to be signed in.
#[derive(Default)]
pub struct SignIns(Mutex<HashMap<String, Device>>);

struct Device {
    client: String,
    user_code: String,
    scopes: Vec<String>,
    ends_at: SystemTime,
    interval: Duration,
    polled_at: Option<SystemTime>,
    decision: Decision,
}

enum Decision {
    Open,
    Approved(String),
    Declined,
}

/// Why a poll brought nothing, with the new interval when the client has to be slower.
pub(super) struct Refusal {
    pub(super) error: &'static str,
    pub(super) interval: Option<Duration>,
}

impl SignIns {
    /// What a person does in the browser; false when the code is unknown.
    pub fn approve(&self, user_code: &str, login: &str) -> bool {
        self.decide(user_code, Decision::Approved(login.into()))
    }

    /// What another person does there; false when the code is unknown.
    pub fn decline(&self, user_code: &str) -> bool {
        self.decide(user_code, Decision::Declined)
    }

    pub(super) fn start(
        &self,
        client: &str,
        scopes: Vec<String>,
        ends_at: SystemTime,
        interval: Duration,
    ) -> (String, String) {
        let code = random::identifier("");
        let (device_code, user_code) =
            (random::request_id().replace('-', ""), format!("{}-{}", &code[..4], &code[4..8]));
        let device = Device {
            client: client.into(),
            user_code: user_code.clone(),
            scopes,
            ends_at,
            interval,
            polled_at: None,
            decision: Decision::Open,
        };
        self.devices().insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The person and the scopes that were asked for; a code is good once.
    pub(super) fn poll(
        &self,
        client: &str,
        code: &str,
        now: SystemTime,
    ) -> Result<(String, Vec<String>), Refusal> {
        let refuse = |error| Err(Refusal { error, interval: None });
        let mut devices = self.devices();
        let Some(device) = devices.get_mut(code).filter(|device| device.client == client) else {
            return refuse("incorrect_device_code");
        };
        if device.ends_at <= now {
            return refuse("expired_token");
        }
        let is_early = device.polled_at.is_some_and(|last| now < last + device.interval);
        device.polled_at = Some(now);
        if is_early {
            device.interval += SLOWER;
            return Err(Refusal { error: "slow_down", interval: Some(device.interval) });
        }
        let found = match &device.decision {
            Decision::Open => return refuse("authorization_pending"),
            Decision::Declined => return refuse("access_denied"),
            Decision::Approved(login) => (login.clone(), device.scopes.clone()),
        };
        devices.remove(code);
        Ok(found)
    }

    fn decide(&self, user_code: &str, decision: Decision) -> bool {
        let mut devices = self.devices();
        let device = devices.values_mut().find(|device| device.user_code == user_code);
        device.map(|device| device.decision = decision).is_some()
    }

    fn devices(&self) -> MutexGuard<'_, HashMap<String, Device>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const SLOWER: Duration = Duration::from_secs(5);

//! Device codes that wait for a person, and the refresh tokens of those who are signed in.
//!
//! A refresh token is good once: its use brings the next one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use crate::cloud::{ApiError, random};

/// Everything that is signed in or about to be.
#[derive(Default)]
pub struct SignIns(Mutex<Book>);

#[derive(Default)]
struct Book {
    devices: HashMap<String, Device>,
    refresh: HashMap<String, (String, String)>,
}

struct Device {
    client: String,
    user_code: String,
    is_offline: bool,
    ends_at: SystemTime,
    polled_at: Option<SystemTime>,
    decision: Decision,
}

enum Decision {
    Open,
    Approved(String),
    Declined,
}

impl SignIns {
    /// What a person does in the browser; false when the code is unknown.
    pub fn approve(&self, user_code: &str, person: &str) -> bool {
        self.decide(user_code, Decision::Approved(person.into()))
    }

    /// What another person does there; false when the code is unknown.
    pub fn decline(&self, user_code: &str) -> bool {
        self.decide(user_code, Decision::Declined)
    }

    /// Ends every refresh token: `invalid_grant` from now on.
    pub fn revoke_refresh_tokens(&self) {
        self.book().refresh.clear();
    }

    pub(super) fn start(&self, client: &str, is_offline: bool, ends_at: SystemTime) -> (String, String) {
        let code = random::identifier("");
        let (device_code, user_code) = (random::identifier(""), format!("{}-{}", &code[..4], &code[4..8]));
        let device = Device {
            client: client.into(),
            user_code: user_code.clone(),
            is_offline,
            ends_at,
            polled_at: None,
            decision: Decision::Open,
        };
        self.book().devices.insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The person, and whether it wants to stay signed in; a code is good once.
    pub(super) fn poll(
        &self,
        client: &str,
        code: &str,
        now: SystemTime,
        interval: Duration,
    ) -> Result<(String, bool), ApiError> {
        let mut book = self.book();
        let device = book.devices.get_mut(code).filter(|device| device.client == client);
        let device = device.ok_or_else(|| refused("invalid_grant", "Invalid or expired device code."))?;
        if device.ends_at <= now {
            return Err(refused("expired_token", "The device code has expired."));
        }
        let is_early = device.polled_at.is_some_and(|last| now + TOLERANCE < last + interval);
        device.polled_at = Some(now);
        if is_early {
            return Err(ApiError::new(429, "slow_down", "You are polling faster than the interval allows."));
        }
        let found = match &device.decision {
            Decision::Open => {
                return Err(refused("authorization_pending", "User has yet to authorize device code."));
            }
            Decision::Declined => {
                return Err(refused("access_denied", "User cancelled the confirmation prompt."));
            }
            Decision::Approved(person) => (person.clone(), device.is_offline),
        };
        book.devices.remove(code);
        Ok(found)
    }

    pub(super) fn begin(&self, client: &str, person: &str) -> String {
        let token = format!("v1.{}", random::base64_text(64));
        self.book().refresh.insert(token.clone(), (client.into(), person.into()));
        token
    }

    /// Whose refresh token it was.
    pub(super) fn refresh(&self, client: &str, token: &str) -> Result<String, ApiError> {
        let mut book = self.book();
        let is_own = book.refresh.get(token).is_some_and(|(own, _)| own == client);
        let found = if is_own { book.refresh.remove(token) } else { None };
        let unknown = || refused("invalid_grant", "Unknown or invalid refresh token.");
        found.map(|(_, person)| person).ok_or_else(unknown)
    }

    pub(super) fn end(&self, client: &str, token: &str) {
        let mut book = self.book();
        book.refresh.retain(|known, (own, _)| known != token || own != client);
    }

    fn decide(&self, user_code: &str, decision: Decision) -> bool {
        let mut book = self.book();
        let device = book.devices.values_mut().find(|device| device.user_code == user_code);
        device.map(|device| device.decision = decision).is_some()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(code: &str, message: &str) -> ApiError {
    ApiError::new(403, code, message)
}

/// What a client's timer may be early by.
const TOLERANCE: Duration = Duration::from_millis(200);

//! Device codes that wait for a person, and the refresh tokens of those who are signed in.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use crate::cloud::{ApiError, azure::error::aadsts, random};

/// Everything that is signed in or about to be.
#[derive(Default)]
pub struct SignIns(Mutex<Book>);

#[derive(Default)]
struct Book {
    devices: HashMap<String, Device>,
    refresh: HashMap<String, SignedIn>,
}

struct Device {
    client_id: String,
    scope: String,
    user_code: String,
    ends_at: SystemTime,
    decision: Decision,
}

enum Decision {
    Open,
    Approved(String),
    Declined,
}

struct SignedIn {
    client_id: String,
    user: String,
    is_revoked: bool,
}

impl SignIns {
    /// What a person does in the browser; false when the code is unknown.
    pub fn approve(&self, user_code: &str, user: &str) -> bool {
        self.decide(user_code, Decision::Approved(user.into()))
    }

    /// What another person does there; false when the code is unknown.
    pub fn decline(&self, user_code: &str) -> bool {
        self.decide(user_code, Decision::Declined)
    }

    /// Ends every refresh token: `invalid_grant` from now on.
    pub fn revoke_refresh_tokens(&self) {
        for signed_in in self.book().refresh.values_mut() {
            signed_in.is_revoked = true;
        }
    }

    pub(super) fn start(&self, client_id: &str, scope: &str, ends_at: SystemTime) -> (String, String) {
        let (device_code, user_code) = (random::base64_text(160), random::identifier("")[..9].to_owned());
        let device = Device {
            client_id: client_id.into(),
            scope: scope.into(),
            user_code: user_code.clone(),
            ends_at,
            decision: Decision::Open,
        };
        self.book().devices.insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The person and the scope that was asked for; a code is good once.
    pub(super) fn finish(
        &self,
        client_id: &str,
        code: &str,
        now: SystemTime,
    ) -> Result<(String, String), ApiError> {
        let mut book = self.book();
        let device = book.devices.get(code).filter(|device| device.client_id == client_id);
        let device = device.ok_or_else(|| aadsts(70018, ""))?;
        if device.ends_at <= now {
            return Err(aadsts(70019, ""));
        }
        let found = match &device.decision {
            Decision::Open => return Err(aadsts(70016, "")),
            Decision::Declined => {
                let message = "The end user denied the authorization request.";
                return Err(ApiError::new(400, "authorization_declined", message));
            }
            Decision::Approved(user) => (user.clone(), device.scope.clone()),
        };
        book.devices.remove(code);
        Ok(found)
    }

    /// A new refresh token; those before it stay good.
    pub(super) fn begin(&self, client_id: &str, user: &str) -> String {
        let token = random::base64_text(1200);
        let signed_in = SignedIn { client_id: client_id.into(), user: user.into(), is_revoked: false };
        self.book().refresh.insert(token.clone(), signed_in);
        token
    }

    /// Whose refresh token it is.
    pub(super) fn refresh(&self, client_id: &str, token: &str) -> Result<String, ApiError> {
        let book = self.book();
        match book.refresh.get(token).filter(|signed_in| signed_in.client_id == client_id) {
            None => Err(aadsts(70000, "")),
            Some(signed_in) if signed_in.is_revoked => Err(aadsts(700_082, "")),
            Some(signed_in) => Ok(signed_in.user.clone()),
        }
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

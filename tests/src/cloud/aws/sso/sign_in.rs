//! Registered clients, device codes and tokens of IAM Identity Center.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};
use shorepass_secret::Secret;

use crate::cloud::aws::sigv4::hex;
use crate::cloud::{clock::iso, random};

/// A finished sign-in, as the AWS CLI keeps it.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The portal.
    pub start_url: String,
    /// The portal's region.
    pub region: String,
    /// What the portal wants to see.
    pub access_token: Secret,
    /// When that ends.
    pub expires_at: SystemTime,
    /// What gets the next access token.
    pub refresh_token: Secret,
    /// The registered client.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// When the registration ends.
    pub registration_expires_at: SystemTime,
}

impl SignIn {
    /// The name of the cache file for a session name, or for a start URL in profiles of the old style.
    #[must_use]
    pub fn cache_file_name(session_name_or_start_url: &str) -> String {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, session_name_or_start_url.as_bytes());
        format!("{}.json", hex(hash.as_ref()))
    }

    /// What the AWS CLI writes into that file.
    #[must_use]
    pub fn cache_json(&self) -> Value {
        json!({
            "startUrl": self.start_url,
            "region": self.region,
            "accessToken": self.access_token.expose(),
            "expiresAt": iso(self.expires_at),
            "refreshToken": self.refresh_token.expose(),
            "clientId": self.client_id,
            "clientSecret": self.client_secret.expose(),
            "registrationExpiresAt": iso(self.registration_expires_at),
        })
    }
}

/// Everything that is signed in or about to be.
#[derive(Default)]
pub struct SignIns(Mutex<Book>);

#[derive(Default)]
struct Book {
    clients: HashMap<String, Client>,
    devices: HashMap<String, Device>,
    access: HashMap<String, SystemTime>,
    refresh: HashMap<String, String>,
}

struct Client {
    secret: String,
    ends_at: SystemTime,
}

struct Device {
    client_id: String,
    user_code: String,
    is_approved: bool,
    ends_at: SystemTime,
}

impl SignIns {
    /// What a person does in the browser; false when the code is unknown.
    pub fn approve(&self, user_code: &str) -> bool {
        let mut book = self.book();
        let device = book.devices.values_mut().find(|device| device.user_code == user_code);
        device.map(|device| device.is_approved = true).is_some()
    }

    /// Ends every access token; refreshing still works.
    pub fn expire_access_tokens(&self) {
        self.book().access.clear();
    }

    /// Ends every refresh token: `InvalidGrantException` from now on.
    pub fn revoke_refresh_tokens(&self) {
        self.book().refresh.clear();
    }

    /// Ends every client registration: `InvalidClientException` from now on.
    pub fn expire_registrations(&self) {
        for client in self.book().clients.values_mut() {
            client.ends_at = SystemTime::UNIX_EPOCH;
        }
    }

    pub(in crate::cloud) fn is_signed_in(&self, access_token: &str, now: SystemTime) -> bool {
        self.book().access.get(access_token).is_some_and(|end| *end > now)
    }

    pub(in crate::cloud) fn register(&self, now: SystemTime) -> (String, String, SystemTime) {
        let (id, secret, ends_at) =
            (random::base64_text(32), random::base64_text(512), now + REGISTRATION_LIFE);
        self.book().clients.insert(id.clone(), Client { secret: secret.clone(), ends_at });
        (id, secret, ends_at)
    }

    pub(super) fn is_client(&self, id: &str, secret: &str, now: SystemTime) -> bool {
        self.book().clients.get(id).is_some_and(|client| client.secret == secret && client.ends_at > now)
    }

    pub(super) fn start_device(&self, client_id: &str, now: SystemTime) -> (String, String) {
        let (device_code, code) = (random::base64_text(64), random::identifier(""));
        let user_code = format!("{}-{}", &code[..4], &code[4..8]);
        let device = Device {
            client_id: client_id.into(),
            user_code: user_code.clone(),
            is_approved: false,
            ends_at: now + DEVICE_CODE_LIFE,
        };
        self.book().devices.insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The error's code when the device is not approved.
    pub(super) fn finish_device(
        &self,
        client_id: &str,
        code: &str,
        now: SystemTime,
    ) -> Result<(), &'static str> {
        let mut book = self.book();
        let device = book.devices.get(code).filter(|device| device.client_id == client_id);
        match device.ok_or("InvalidGrantException")? {
            device if device.ends_at <= now => Err("ExpiredTokenException"),
            device if !device.is_approved => Err("AuthorizationPendingException"),
            _ => {
                book.devices.remove(code);
                Ok(())
            }
        }
    }

    /// A refresh token is good once.
    pub(super) fn spend_refresh_token(&self, client_id: &str, token: &str) -> bool {
        let mut book = self.book();
        let is_its = book.refresh.get(token).is_some_and(|owner| owner == client_id);
        is_its && book.refresh.remove(token).is_some()
    }

    pub(in crate::cloud) fn begin(&self, client_id: &str, ends_at: SystemTime) -> (String, String) {
        let (access, refresh) = (random::base64_text(400), random::base64_text(600));
        let mut book = self.book();
        book.access.insert(access.clone(), ends_at);
        book.refresh.insert(refresh.clone(), client_id.into());
        (access, refresh)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const REGISTRATION_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
pub(super) const DEVICE_CODE_LIFE: Duration = Duration::from_secs(600);

//! A robot account.

use std::time::{Duration, SystemTime};

use shorepass_secret::Secret;

use crate::cloud::{harbor::permission::Permission, random};

/// A login that a program made; the number is given when it joins a world.
#[derive(Debug, Clone)]
pub struct Robot {
    id: u64,
    name: String,
    description: String,
    project: Option<u64>,
    secret: Secret,
    duration: i64,
    created_at: SystemTime,
    expires_at: Option<SystemTime>,
    is_disabled: bool,
    permissions: Vec<Permission>,
}

impl Robot {
    /// A robot of the system without an end and without a right.
    #[must_use]
    pub fn system(name: &str) -> Self {
        Self {
            id: 0,
            name: name.into(),
            description: String::new(),
            project: None,
            secret: Secret::new(new_secret()),
            duration: -1,
            created_at: SystemTime::UNIX_EPOCH,
            expires_at: None,
            is_disabled: false,
            permissions: Vec::new(),
        }
    }

    /// With a permission more.
    #[must_use]
    pub fn permission(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    /// Of one project, whose name and `+` stand in front of its own.
    pub(in crate::cloud::harbor) fn of_project(mut self, id: u64, project: &str) -> Self {
        self.name = format!("{project}+{}", self.name);
        self.project = Some(id);
        self
    }

    pub(in crate::cloud::harbor) fn described(mut self, description: &str, is_disabled: bool) -> Self {
        description.clone_into(&mut self.description);
        self.is_disabled = is_disabled;
        self
    }

    /// For so many days, or for another life than that; −1 is for good.
    pub(in crate::cloud::harbor) fn lasting(
        mut self,
        days: i64,
        instead: Option<Duration>,
        now: SystemTime,
    ) -> Self {
        let asked = u64::try_from(days).ok().map(|days| Duration::from_secs(days * 24 * 3600));
        self.duration = days;
        self.created_at = now;
        self.expires_at = instead.or(asked).map(|life| now + life);
        self
    }

    pub(super) fn numbered(self, id: u64) -> Self {
        Self { id, ..self }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its name without the prefix.
    #[must_use]
    pub fn short_name(&self) -> &str {
        &self.name
    }

    /// What it logs in with.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// As its maker has described it.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// When it ends.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// What it may do.
    #[must_use]
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// Whether it is kept out for now.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.is_disabled
    }

    /// Keeps it out, or lets it in again.
    pub fn disable(&mut self, is_disabled: bool) {
        self.is_disabled = is_disabled;
    }

    /// From now on it has no right.
    pub fn take_rights(&mut self) {
        self.permissions.clear();
    }

    /// From now on its secret is this.
    pub fn set_secret(&mut self, secret: &str) {
        self.secret = Secret::new(secret);
    }

    pub(in crate::cloud::harbor) fn project(&self) -> Option<u64> {
        self.project
    }

    pub(in crate::cloud::harbor) fn duration(&self) -> i64 {
        self.duration
    }

    pub(in crate::cloud::harbor) fn created_at(&self) -> SystemTime {
        self.created_at
    }

    pub(in crate::cloud::harbor) fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    pub(in crate::cloud::harbor) fn has_secret(&self, given: &str) -> bool {
        self.secret.expose() == given
    }
}

/// With a letter of each case and a digit, whatever the rest is.
pub(in crate::cloud::harbor) fn new_secret() -> String {
    let letters = random::base64_text(40).replace(['+', '/'], "x");
    format!("{}aZ7", &letters[..29])
}

//! The registry passwords that were handed out, remembered by digest.
//!
//! This is what the registries ask, so that a password counts exactly as long as the cloud said.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};

use super::rights::{Rights, needed, repository_arn};
use crate::cloud::{clock::ServerClock, random};

/// One password's facts, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPassword {
    /// Whose registry.
    pub account: String,
    /// Where; `us-east-1` for the public registry.
    pub region: String,
    /// Who asked for it.
    pub principal: String,
    /// When it ends.
    pub expires_at: SystemTime,
    /// What the session might do that has asked for it, and so may its bearer.
    pub(crate) rights: Rights,
    is_public: bool,
}

/// Everything handed out by this cloud.
#[derive(Debug)]
pub struct Issued {
    clock: ServerClock,
    passwords: Mutex<HashMap<[u8; 32], IssuedPassword>>,
}

impl Issued {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { clock, passwords: Mutex::default() }
    }

    /// A new password that is good for everything, remembered.
    #[cfg(test)]
    pub(crate) fn issue(
        &self,
        account: &str,
        region: &str,
        principal: &str,
        life: Duration,
    ) -> (String, SystemTime) {
        let bearer = Bearer { principal, rights: Rights::default(), is_public: false };
        self.issue_to(account, region, bearer, life)
    }

    /// A new password that may do what somebody's session may, remembered.
    pub(super) fn issue_to(
        &self,
        account: &str,
        region: &str,
        bearer: Bearer<'_>,
        life: Duration,
    ) -> (String, SystemTime) {
        let password = random::base64_text(PASSWORD_LENGTH);
        let expires_at = self.clock.now() + life;
        let facts = IssuedPassword {
            account: account.into(),
            region: region.into(),
            principal: bearer.principal.into(),
            expires_at,
            rights: bearer.rights,
            is_public: bearer.is_public,
        };
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner).insert(digest(&password), facts);
        (password, expires_at)
    }

    /// Whether a registry would let this login in at this moment.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        self.find(username, password).is_some_and(|facts| facts.expires_at > self.clock.now())
    }

    /// How much longer it would; zero once it would not.
    #[must_use]
    pub fn life_left(&self, username: &str, password: &str) -> Duration {
        let end = self.find(username, password).map(|facts| facts.expires_at);
        end.and_then(|end| end.duration_since(self.clock.now()).ok()).unwrap_or_default()
    }

    /// What is known about a login, expired or not.
    #[must_use]
    pub fn find(&self, username: &str, password: &str) -> Option<IssuedPassword> {
        let passwords = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        (username == USERNAME).then(|| passwords.get(&digest(password)).cloned()).flatten()
    }

    /// Whether a registry would let its bearer do this (`pull`, `push` …) in a repository.
    #[must_use]
    pub fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        needed(action).iter().all(|name| self.permits(password, name, repository))
    }

    /// Whether its bearer may call this, such as `BatchGetImage`, on a repository. Anybody may read what is public.
    #[must_use]
    pub fn permits(&self, password: &str, name: &str, repository: &str) -> bool {
        let Some(IssuedPassword { account, region, rights, is_public, .. }) = self.find(USERNAME, password)
        else {
            return false;
        };
        if is_public {
            let arn = format!("arn:aws:ecr-public::{account}:repository/{repository}");
            return needed("pull").contains(&name) || rights.allows(&format!("ecr-public:{name}"), &arn);
        }
        rights.allows(&format!("ecr:{name}"), &repository_arn(&account, &region, repository))
    }

    /// How many were handed out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// None of those handed out so far counts any more.
    pub fn revoke_all(&self) {
        let now = self.clock.now();
        for facts in self.passwords.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            facts.expires_at = facts.expires_at.min(now);
        }
    }
}

/// For whom a password is.
pub(super) struct Bearer<'a> {
    pub(super) principal: &'a str,
    pub(super) rights: Rights,
    pub(super) is_public: bool,
}

fn digest(password: &str) -> [u8; 32] {
    Sha256::digest(password).into()
}

/// The user name of every ECR login.
pub const USERNAME: &str = "AWS";
/// Real ones are between two and three thousand characters.
const PASSWORD_LENGTH: usize = 2400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_counts_for_its_user_name_and_its_time_only() {
        let clock = ServerClock::default();
        let issued = Issued::new(clock.clone());
        let (password, _) = issued.issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60));

        assert!(issued.is_valid("AWS", &password));
        assert!(!issued.is_valid("alice", &password));
        assert!(!issued.is_valid("AWS", "another"));
        clock.set_ahead_ms(61_000);
        assert!(!issued.is_valid("AWS", &password));
        assert_eq!(issued.find("AWS", &password).unwrap().account, "123456789012");
    }

    #[test]
    fn passwords_are_long_and_never_the_same() {
        let issued = Issued::new(ServerClock::default());
        let issue = || issued.issue("1", "r", "p", Duration::from_secs(1)).0;
        let (one, other) = (issue(), issue());

        assert!(one.len() >= 2048);
        assert_ne!(one, other);
        issued.revoke_all();
        assert!(!issued.is_valid("AWS", &one));
        assert_eq!(issued.count(), 2);
    }
}

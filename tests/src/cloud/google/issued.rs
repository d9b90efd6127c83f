//! The access tokens that were handed out, remembered by digest.
//!
//! This is what the registries ask, so that a token counts exactly as long as the cloud said.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::scope;
use crate::cloud::{clock::ServerClock, random};

/// One token's facts, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// Whose it is, as IAM names members: `serviceAccount:…`, `user:…` or `principal://…`.
    pub principal: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: SystemTime,
}

/// Everything handed out by this cloud.
#[derive(Debug)]
pub struct Issued {
    clock: ServerClock,
    tokens: Mutex<HashMap<[u8; 32], IssuedToken>>,
}

impl Issued {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { clock, tokens: Mutex::default() }
    }

    /// A new token, remembered.
    pub(crate) fn issue(&self, principal: &str, scopes: &[String], expires_at: SystemTime) -> String {
        let token = format!("ya29.{}", BASE64_URL_SAFE_NO_PAD.encode(random::bytes(TOKEN_BYTES)));
        let facts = IssuedToken { principal: principal.into(), scopes: scopes.to_vec(), expires_at };
        self.tokens().insert(digest(&token), facts);
        token
    }

    /// Whether a registry would let this login in at this moment.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        USERNAMES.contains(&username) && self.find_live(password).is_some()
    }

    /// Whether a token is good for `pull` or `push` at this moment.
    #[must_use]
    pub fn allows(&self, password: &str, action: &str) -> bool {
        self.find_live(password).is_some_and(|facts| scope::allow(&facts.scopes, action))
    }

    /// What is known about a token, expired or not.
    #[must_use]
    pub fn find(&self, token: &str) -> Option<IssuedToken> {
        self.tokens().get(&digest(token)).cloned()
    }

    /// What is known about a token that counts at this moment.
    #[must_use]
    pub fn find_live(&self, token: &str) -> Option<IssuedToken> {
        self.find(token).filter(|facts| facts.expires_at > self.clock.now())
    }

    /// How many were handed out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tokens().len()
    }

    /// None of those handed out so far counts any more.
    pub fn revoke_all(&self) {
        let now = self.clock.now();
        for facts in self.tokens().values_mut() {
            facts.expires_at = facts.expires_at.min(now);
        }
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<[u8; 32], IssuedToken>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The user names that a login with an access token may have.
pub const USERNAMES: [&str; 2] = ["oauth2accesstoken", "_token"];
/// Real ones are about a thousand characters.
const TOKEN_BYTES: usize = 768;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cloud::google::scope::READ_ONLY;

    #[test]
    fn a_token_counts_for_its_user_names_its_time_and_its_scopes_only() {
        let clock = ServerClock::default();
        let issued = Issued::new(clock.clone());
        let end = clock.now() + Duration::from_secs(60);
        let token = issued.issue("user:a@b", &[READ_ONLY.to_owned()], end);

        assert!(token.starts_with("ya29.") && token.len() > 1000);
        assert!(issued.is_valid("oauth2accesstoken", &token) && issued.is_valid("_token", &token));
        assert!(!issued.is_valid("AWS", &token));
        assert!(!issued.is_valid("_token", "ya29.another"));
        assert!(issued.allows(&token, "pull") && !issued.allows(&token, "push"));
        clock.set_ahead_ms(61_000);
        assert!(!issued.is_valid("_token", &token) && !issued.allows(&token, "pull"));
        assert_eq!(issued.find(&token).unwrap().principal, "user:a@b");
    }

    #[test]
    fn what_is_revoked_counts_no_more() {
        let issued = Issued::new(ServerClock::default());
        let end = issued.clock.now() + Duration::from_secs(60);
        let tokens = [(); 2].map(|()| issued.issue("user:a@b", &[], end));

        issued.revoke_all();

        assert_ne!(tokens[0], tokens[1]);
        assert!(tokens.iter().all(|token| !issued.is_valid("_token", token)));
        assert_eq!(issued.count(), 2);
    }
}

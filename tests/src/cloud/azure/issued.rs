//! The registry tokens that were handed out, remembered by digest.
//!
//! This is what a test's registry asks, so that a token counts exactly as long, and for exactly as much,
//! as the cloud says. Roles are looked up at each question, as Azure does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};

use super::world::World;
use crate::cloud::clock::ServerClock;

/// One token's facts, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The registry's host.
    pub registry: String,
    /// Who asked for it; empty when nobody in particular did.
    pub principal: String,
    /// When it ends.
    pub expires_at: SystemTime,
    /// Repositories and their actions for an access token; none for a refresh token, which is good for
    /// whatever the principal may do.
    pub access: Option<Vec<(String, Vec<String>)>>,
}

/// Everything handed out by this cloud.
#[derive(Debug)]
pub struct Issued {
    clock: ServerClock,
    world: Arc<Mutex<World>>,
    tokens: Mutex<HashMap<[u8; 32], IssuedToken>>,
}

impl Issued {
    pub(super) fn new(clock: ServerClock, world: Arc<Mutex<World>>) -> Self {
        Self { clock, world, tokens: Mutex::default() }
    }

    pub(super) fn remember(&self, token: &str, facts: IssuedToken) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(digest(token), facts);
    }

    /// Whether a registry would let this login in at this moment.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        username == USERNAME && self.live(password).is_some()
    }

    /// Whether this registry would; a token counts at no other, not even at another name of the same one.
    #[must_use]
    pub fn is_valid_at(&self, registry: &str, username: &str, password: &str) -> bool {
        username == USERNAME && self.live(password).is_some_and(|facts| facts.registry == registry)
    }

    /// Whether this password lets its bearer do that (`pull`, `push`, `delete` …) in a repository.
    #[must_use]
    pub fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        let Some(facts) = self.live(password) else { return false };
        match &facts.access {
            Some(access) => access
                .iter()
                .any(|(name, actions)| name == repository && actions.iter().any(|allowed| allowed == action)),
            None => {
                let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
                let registry = world.find_registry(&facts.registry);
                registry.is_some_and(|registry| registry.allows(&facts.principal, repository, action))
            }
        }
    }

    /// What is known about a token, expired or not.
    #[must_use]
    pub fn find(&self, password: &str) -> Option<IssuedToken> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&digest(password)).cloned()
    }

    /// How many were handed out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// None of those handed out so far counts any more.
    pub fn revoke_all(&self) {
        let now = self.clock.now();
        for facts in self.tokens.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            facts.expires_at = facts.expires_at.min(now);
        }
    }

    pub(super) fn live(&self, token: &str) -> Option<IssuedToken> {
        self.find(token).filter(|facts| facts.expires_at > self.clock.now())
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The user name of every login with a registry token.
pub const USERNAME: &str = "00000000-0000-0000-0000-000000000000";

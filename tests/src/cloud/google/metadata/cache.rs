//! The metadata server's cache: everybody gets the same token until it is nearly over.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use shorepass_secret::Secret;

use crate::cloud::google::state::{HOUR, State};

/// The current token of each account and set of scopes.
#[derive(Default)]
pub(in crate::cloud::google) struct Cache(Mutex<HashMap<(String, Vec<String>), Cached>>);

struct Cached {
    token: Secret,
    life: Duration,
    expires_at: SystemTime,
}

impl Cache {
    /// The token and the whole seconds it has left. A knob that was turned takes effect at once.
    pub(super) fn token(&self, state: &State, principal: &str, scopes: &[String]) -> (String, u64) {
        let aged = state.knobs.current_metadata_token_left();
        let life = aged.unwrap_or_else(|| state.knobs.token_life_for(HOUR));
        let renewed_at = if aged.is_some() { Duration::ZERO } else { RENEWED_AT.min(life / 4) };
        let key = (principal.to_owned(), scopes.to_vec());

        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |cached: &Cached| cached.expires_at.duration_since(state.now()).unwrap_or_default();
        if let Some(cached) = all.get(&key).filter(|cached| cached.life == life && left(cached) > renewed_at)
        {
            return (cached.token.expose().to_owned(), left(cached).as_secs());
        }
        let granted = state.grant_until(principal, scopes, state.now() + life);
        let token = Secret::new(granted.token.clone());
        all.insert(key, Cached { token, life, expires_at: granted.expires_at });
        (granted.token, granted.expires_in)
    }
}

/// How much of a token's life is left when the server makes another.
const RENEWED_AT: Duration = Duration::from_secs(300);

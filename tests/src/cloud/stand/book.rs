//! What was handed out, remembered by digest.
//!
//! This is what a test's registry asks, so that a token counts exactly as long as the fake said.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};

use crate::cloud::clock::ServerClock;

/// Secrets and what is known about them, without the secrets.
#[derive(Debug)]
pub struct Book<T> {
    clock: ServerClock,
    lines: Mutex<HashMap<[u8; 32], Noted<T>>>,
}

/// What is known about one secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted<T> {
    /// What the fake wrote down.
    pub facts: T,
    /// When it ends.
    pub expires_at: SystemTime,
}

impl<T: Clone> Book<T> {
    pub(crate) fn new(clock: ServerClock) -> Self {
        Self { clock, lines: Mutex::default() }
    }

    pub(crate) fn note(&self, secret: &str, facts: T, expires_at: SystemTime) {
        self.lines().insert(digest(secret), Noted { facts, expires_at });
    }

    /// What is known about a secret, expired or not.
    #[must_use]
    pub fn find(&self, secret: &str) -> Option<Noted<T>> {
        self.lines().get(&digest(secret)).cloned()
    }

    /// What is known about a secret that counts at this moment.
    #[must_use]
    pub fn find_live(&self, secret: &str) -> Option<T> {
        self.find(secret).filter(|noted| noted.expires_at > self.clock.now()).map(|noted| noted.facts)
    }

    /// How many were handed out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines().len()
    }

    /// None of those handed out so far counts any more.
    pub fn revoke_all(&self) {
        let now = self.clock.now();
        for noted in self.lines().values_mut() {
            noted.expires_at = noted.expires_at.min(now);
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<[u8; 32], Noted<T>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_secret_counts_for_its_time_and_until_it_is_revoked() {
        let clock = ServerClock::default();
        let book = Book::new(clock.clone());
        let end = clock.now() + Duration::from_secs(60);
        book.note("first", 1, end);
        book.note("second", 2, end + Duration::from_secs(60));

        clock.set_ahead_ms(61_000);
        let live = (book.find_live("first"), book.find_live("second"), book.find_live("third"));
        book.revoke_all();

        assert_eq!(live, (None, Some(2), None));
        assert_eq!((book.find_live("second"), book.count()), (None, 2));
        assert_eq!(book.find("first").unwrap().facts, 1);
    }
}

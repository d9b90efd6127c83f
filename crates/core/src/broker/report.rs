//! What the broker tells about itself, and what it can be told to forget or to renew.

use std::{sync::Arc, time::SystemTime};

use super::{Broker, Purpose};
use crate::{
    clock::Clock, exchange::ExchangeError, login::LoginKey, registry::Registry, route::Route, scope::ScopeKey,
};

/// What the broker has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Requests for a credential.
    pub requests: u64,
    /// Answered from the cache.
    pub hits: u64,
    /// Exchanges begun, renewals included.
    pub exchanges: u64,
    /// Exchanges begun ahead of an expiry.
    pub refreshes: u64,
    /// Exchanges that failed.
    pub failures: u64,
    /// Credentials handed out past their time, because no better one was to be had.
    pub served_stale: u64,
}

/// One entry of the cache, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryReport {
    /// What was last asked for.
    pub registry: Registry,
    /// Its kind's name.
    pub kind: &'static str,
    /// The stored login that it is or was made with.
    pub login: Option<LoginKey>,
    /// The identity's name in the configuration.
    pub identity: String,
    /// Who that turned out to be, where it is known.
    pub principal: Option<String>,
    /// The user name of an unexpired credential.
    pub username: Option<String>,
    /// When it was issued.
    pub issued_at: Option<SystemTime>,
    /// When it ends or ended, where that is known.
    pub expires_at: Option<SystemTime>,
    /// When it will be renewed.
    pub refresh_at: Option<SystemTime>,
    /// Why the last exchange failed, if it did.
    pub last_error: Option<ExchangeError>,
}

/// Whose entries are meant: one user's, or everybody's.
pub type Owner = Option<u32>;

impl Broker {
    /// The counters now.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.lock().counters
    }

    /// The entries of an owner, by registry.
    #[must_use]
    pub fn entries(&self, owner: Owner) -> Vec<EntryReport> {
        let now = self.clock.now();
        let state = self.lock();
        let keep_warm = state.config.broker.keep_warm;
        let mut reports: Vec<_> = state
            .cache
            .iter()
            .filter(|entry| is_owned(entry.surroundings.uid, owner))
            .map(|entry| EntryReport {
                registry: entry.route.registry.clone(),
                kind: entry.route.target.kind().name(),
                login: entry.route.login.clone(),
                identity: entry.route.identity_name.clone(),
                principal: entry.principal.clone(),
                username: entry.unexpired(now).map(|credential| credential.username.clone()),
                issued_at: entry.credential.as_ref().map(|credential| credential.issued.wall),
                expires_at: entry.credential.as_ref().and_then(|credential| credential.end()),
                refresh_at: entry.until_refresh(keep_warm, now).map(|pause| now.wall + pause),
                last_error: entry.failure.as_ref().map(|failure| failure.error.clone()),
            })
            .collect();
        reports.sort_by_cached_key(|report| (report.registry.to_string(), report.identity.clone()));
        reports
    }

    /// Drops what is cached for a route's target under any identity of an owner, or everything of the owner.
    pub fn forget(&self, route: Option<&Route>, owner: Owner) -> u64 {
        let wanted = route.map(|route| route.target.key());
        self.lock().cache.remove(|entry| {
            is_owned(entry.surroundings.uid, owner)
                && wanted.as_ref().is_none_or(|wanted| *wanted == entry.route.target.key())
        })
    }

    /// Drops what was or could be made with a stored login, under whatever name of the registry and whatever route.
    pub fn forget_login(&self, key: &LoginKey, owner: Owner) -> u64 {
        self.lock().cache.remove(|entry| {
            is_owned(entry.surroundings.uid, owner)
                && (entry.route.login.as_ref() == Some(key) || entry.route.login_keys().contains(key))
        })
    }

    /// Renews everything of an owner that has or had a credential, now; the failures by registry.
    pub async fn refresh_all(self: &Arc<Self>, owner: Owner) -> (u64, Vec<(Registry, ExchangeError)>) {
        let flights: Vec<_> = {
            let mut state = self.lock();
            let keys: Vec<(ScopeKey, Registry)> = state
                .cache
                .iter()
                .filter(|entry| is_owned(entry.surroundings.uid, owner) && entry.credential.is_some())
                .map(|entry| (entry.scope.key, entry.route.registry.clone()))
                .collect();
            let start = |(key, registry)| (registry, self.join_or_start(&mut state, key, Purpose::Forced));
            keys.into_iter().map(start).collect()
        };
        let (mut renewed, mut failed) = (0, Vec::new());
        for (registry, flight) in flights {
            match flight.landed().await {
                Ok(_) => renewed += 1,
                Err(error) => failed.push((registry, error)),
            }
        }
        (renewed, failed)
    }
}

/// Without user numbers, or for root, all entries are one's own.
fn is_owned(uid: Option<u32>, owner: Owner) -> bool {
    matches!(owner, None | Some(0)) || uid == owner
}

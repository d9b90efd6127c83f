//! The flight of one exchange, from take-off to what it changes in the cache.

use std::{sync::Arc, time::Duration};

use super::{Broker, Purpose};
use crate::{
    cache::{Cache, Entry, LONGEST_OBEYED, Remembered},
    clock::Moment,
    credential::Credential,
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Surroundings},
    flight::{Landing, Pilot},
    schedule,
    scope::ScopeKey,
};

/// A credential, and whose it turned out to be.
type Made = (Arc<Credential>, Option<String>);

impl Broker {
    pub(super) async fn fly(
        self: Arc<Self>,
        seat: Seat,
        pilot: Pilot,
        purpose: Purpose,
        mut request: ExchangeRequest,
        surroundings: Surroundings,
    ) {
        let _taken = Taken { broker: &self, seat };
        let _turn = match purpose {
            Purpose::Renewal => self.renewals.acquire().await.ok(),
            Purpose::Request | Purpose::Forced => None,
        };
        loop {
            let begun = self.clock.now();
            let result = self.exchanger.exchange(request.clone(), surroundings.clone()).await;
            match self.land(seat, begun, purpose, result) {
                Some(landing) => break pilot.land(landing),
                // The credential that the worker was told of has gone meanwhile: ask for one of our own.
                None if request.known.is_empty() => break pilot.land(Err(nonsense())),
                None => request.known.clear(),
            }
        }
        self.changed.notify_one();
    }

    /// Notes the result in the cache, unless the entry was forgotten meanwhile. `None` asks for another try.
    fn land(
        &self,
        Seat { key, number, mark }: Seat,
        begun: Moment,
        purpose: Purpose,
        result: Result<Exchanged, ExchangeError>,
    ) -> Option<Landing> {
        let now = self.clock.now();
        let mut state = self.lock();
        let made = match result {
            Ok(Exchanged::SameAs { principal }) => {
                let family = state.cache.get_mut(key)?.scope.family;
                let credential = state.cache.of_principal(family, &principal, now)?;
                Ok((credential, Some(principal)))
            }
            Ok(Exchanged::Credential { username, secret, life_ms, principal, clock_ahead_ms }) => {
                let expires_at = begun.wall + Duration::from_millis(life_ms).min(LONGEST_LIFE);
                let credential = Credential { username, secret, issued: begun, expires_at, clock_ahead_ms };
                if credential.remaining(now).is_zero() {
                    Err(stillborn())
                } else {
                    Ok((Arc::new(credential), principal))
                }
            }
            Err(error) => Err(error),
        };
        state.counters.failures += u64::from(made.is_err());

        let is_ours =
            |entry: &&mut Entry| entry.flight.as_ref().is_some_and(|flight| flight.number == number);
        let Some(entry) = state.cache.get_mut(key).filter(is_ours) else {
            return Some(made.map(|(credential, _)| credential));
        };
        let (registry, kind) = (entry.route.registry.host(), entry.route.target.kind().name());
        let landing = match made {
            Ok(made) => {
                tracing::info!(registry, kind, purpose = purpose.name(), "exchanged");
                keep(entry, made, purpose, now);
                share(&mut state.cache, key).ok_or_else(nonsense)
            }
            Err(error) => {
                tracing::warn!(registry, kind, code = error.code, cause = error.message, "exchange failed");
                remember(entry, error.clone(), mark, now);
                Err(error)
            }
        };
        Some(landing)
    }
}

fn keep(entry: &mut Entry, (credential, principal): Made, purpose: Purpose, now: Moment) {
    let is_usable = entry.is_usable(now);
    let is_no_later = |old: &&Arc<Credential>| is_usable && credential.expires_at <= old.expires_at;
    entry.failure = None;
    entry.not_before = Duration::ZERO;
    match entry.credential.as_ref().filter(|_| purpose == Purpose::Renewal).filter(is_no_later) {
        // The upstream has a cache of its own and gave what we had: no use in asking before that is nearly over.
        Some(old) => entry.not_before = now.steady + schedule::until_last_tenth(old, now),
        None => entry.credential = Some(credential),
    }
    entry.principal = principal.or_else(|| entry.principal.take());
}

/// Gives the credential of a scope to the other sessions of its principal; returns it.
fn share(cache: &mut Cache, key: ScopeKey) -> Option<Arc<Credential>> {
    let entry = cache.get_mut(key)?;
    let (scope, principal, credential) = (entry.scope, entry.principal.clone(), entry.credential.clone());
    cache.supersede(scope);
    if principal.is_some() {
        for sibling in cache
            .iter_mut()
            .filter(|other| other.scope.family == scope.family && other.principal == principal)
        {
            sibling.credential.clone_from(&credential);
        }
    }
    credential
}

fn remember(entry: &mut Entry, error: ExchangeError, mark: ScopeKey, now: Moment) {
    let count = entry.failure.take().map_or(1, |failure| failure.count.saturating_add(1));
    let asked_for = error.retry_after.unwrap_or_default().min(LONGEST_OBEYED);
    let pause = schedule::backoff(count, entry.scope.key.jitter()).max(asked_for);
    entry.not_before = now.steady + pause;
    entry.failure = Some(Remembered { at: now, error, count, mark });
}

/// Ten years: nothing is good for ever, and every calendar can hold it.
const LONGEST_LIFE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Whose flight it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) key: ScopeKey,
    pub(super) number: u64,
    /// What else than the scope its success hangs on.
    pub(super) mark: ScopeKey,
}

/// However a flight ends, its seat in the entry is free again.
struct Taken<'a> {
    broker: &'a Broker,
    seat: Seat,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.broker.lock().cache.get_mut(self.seat.key)
            && entry.flight.as_ref().is_some_and(|flight| flight.number == self.seat.number)
        {
            entry.flight = None;
        }
    }
}

fn stillborn() -> ExchangeError {
    let message = "the credential that came back had expired already";
    ExchangeError::new(ErrorKind::Unexpected, "already_expired", message)
        .with_hint("compare this machine's clock with the world's: `date -u`")
}

fn nonsense() -> ExchangeError {
    let message = "the exchange named a principal that it was not told of";
    ExchangeError::new(ErrorKind::Unexpected, "garbled", message)
}

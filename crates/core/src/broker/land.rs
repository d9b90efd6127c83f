//! The flight of one exchange, from take-off to what it changes in the cache.

use std::{sync::Arc, time::Duration};

use super::{Broker, Purpose};
use crate::{
    cache::{Entry, Remembered},
    clock::{Clock, Moment},
    credential::Credential,
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Made, Surroundings},
    flight::{Landing, Pilot},
    schedule,
    scope::ScopeKey,
};

/// What an exchange has brought.
struct Landed {
    credential: Arc<Credential>,
    /// Whose it turned out to be.
    principal: Option<String>,
    /// On the steady clock: until when there can be another.
    not_after: Duration,
}

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
            Purpose::Renewal => tokio::select! {
                biased;
                turn = self.renewals.acquire() => turn.ok(),
                () = pilot.hurried() => None,
            },
            Purpose::Request | Purpose::Forced => None,
        };
        let mut is_last = false;
        loop {
            let begun = self.clock.now();
            let result = self.exchanger.exchange(request.clone(), surroundings.clone()).await;
            match self.land(seat, begun, purpose, result, is_last) {
                Some(landing) => break pilot.land(landing),
                None => request.known.clear(),
            }
            is_last = true;
        }
    }

    /// Notes the result in the cache, unless the entry was forgotten meanwhile. `None` asks for another try, once:
    /// the credential that the worker was told of has gone, or a suspend has outlasted the one that it made.
    fn land(
        &self,
        Seat { key, number, mark }: Seat,
        begun: Moment,
        purpose: Purpose,
        result: Result<Exchanged, ExchangeError>,
        is_last: bool,
    ) -> Option<Landing> {
        let now = self.clock.now();
        let mut state = self.lock();
        let made = match result {
            Ok(Exchanged::SameAs { principal }) => {
                let family = state.cache.get_mut(key).map(|entry| entry.scope.family);
                let credential = family.and_then(|family| state.cache.of_principal(family, &principal, now));
                match credential {
                    Some(credential) => {
                        Ok(Landed { credential, principal: Some(principal), not_after: Duration::MAX })
                    }
                    None if is_last => Err(nonsense()),
                    None => return None,
                }
            }
            Ok(Exchanged::Credential(made)) => {
                let Made { username, secret, life_ms, is_lasting, principal, clock_ahead_ms, renewable_ms } =
                    made;
                let not_after = renewable_ms.map_or(Duration::MAX, |renewable| {
                    begun.steady.saturating_add(Duration::from_millis(renewable))
                });
                let expires_at = begun.wall + Duration::from_millis(life_ms).min(LONGEST_LIFE);
                let issued = begun;
                let credential =
                    Credential { username, secret, issued, expires_at, is_lasting, clock_ahead_ms };
                match credential.remaining(now) {
                    Duration::ZERO if is_last => Err(stillborn()),
                    Duration::ZERO => return None,
                    _ => Ok(Landed { credential: Arc::new(credential), principal, not_after }),
                }
            }
            Err(error) => Err(error),
        };
        state.counters.failures += u64::from(made.is_err());

        let is_ours =
            |entry: &&mut Entry| entry.flight.as_ref().is_some_and(|flight| flight.number == number);
        let Some(entry) = state.cache.get_mut(key).filter(is_ours) else {
            return Some(made.map(|landed| landed.credential));
        };
        let (registry, kind) = (entry.route.registry.host(), entry.route.target.kind().name());
        let landing = match made {
            Ok(made) => {
                tracing::info!(registry, kind, purpose = purpose.name(), "exchanged");
                keep(entry, made, purpose, now);
                let (scope, credential) = (entry.scope, entry.credential.clone());
                state.cache.supersede(scope);
                for session in state.cache.share(key) {
                    self.note(&mut state, session, now);
                }
                credential.ok_or_else(nonsense)
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

fn keep(entry: &mut Entry, landed: Landed, purpose: Purpose, now: Moment) {
    let Landed { credential, principal, not_after } = landed;
    let is_usable = entry.is_usable(now);
    // By what is left now, not by the dates: the wall clock may have been set between the two.
    let left = credential.remaining(now);
    let lasts = |old: &&Arc<Credential>| purpose != Purpose::Forced && old.remaining(now) >= left;
    entry.failure = None;
    (entry.not_before, entry.not_after) = (Duration::ZERO, not_after);
    match entry.credential.as_ref().filter(lasts) {
        // The upstream has a cache of its own and gave what we had: no use in asking before that is nearly over.
        Some(old) if is_usable => entry.not_before = now.steady + schedule::until_another(old, now),
        // There is no better one to be had: what is left of it is a whole life now.
        Some(old) => {
            let expires_at = now.wall + old.remaining(now);
            entry.credential =
                Some(Arc::new(Credential { issued: now, expires_at, ..Credential::clone(old) }));
        }
        None => entry.credential = Some(credential),
    }
    entry.principal = principal.or_else(|| entry.principal.take());
}

fn remember(entry: &mut Entry, error: ExchangeError, mark: ScopeKey, now: Moment) {
    let count = entry.failure.take().map_or(1, |failure| failure.count.saturating_add(1));
    entry.not_before = now.steady + schedule::pause(count, error.retry_after, entry.scope.key.jitter());
    entry.failure = Some(Box::new(Remembered { at: now, error, count, mark }));
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

/// However a flight ends, its seat in the entry is free again and the entry's next date is noted.
struct Taken<'a> {
    broker: &'a Broker,
    seat: Seat,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let now = self.broker.clock.now();
        let mut state = self.broker.lock();
        if let Some(entry) = state.cache.get_mut(self.seat.key)
            && entry.flight.as_ref().is_some_and(|flight| flight.number == self.seat.number)
        {
            entry.flight = None;
            self.broker.note(&mut state, self.seat.key, now);
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

//! The broker: answers from the cache, joins or starts the one exchange of a scope, and renews ahead.
//!
//! One lock guards the state and is never held while anything is awaited. Exchanges run in tasks that
//! the broker owns and joins.

mod land;
mod renew;
mod report;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};

use crate::{
    access::Narrow,
    cache::Cache,
    clock::{Clock, Lived, Moment},
    config::Config,
    credential::Credential,
    exchange::{ExchangeError, ExchangeRequest, Exchanger, Surroundings},
    flight::Flight,
    hand_on::HandOn,
    registry::Registry,
    route::{Route, RouteError},
    schedule::Standing,
    scope::{Scope, ScopeKey, Scoper},
};

use land::Seat;
pub use report::{Counters, EntryReport, Owner};

/// Hands out credentials.
pub struct Broker {
    state: Mutex<State>,
    exchanger: Arc<dyn Exchanger>,
    clock: Lived,
    scoper: Scoper,
    /// Rung when something is to be looked at earlier than the refresh loop thinks.
    changed: Notify,
    /// Renewals behind the scenes leave workers free for those who wait.
    renewals: Arc<Semaphore>,
}

struct State {
    config: Arc<Config>,
    cache: Cache,
    counters: Counters,
    flights: JoinSet<()>,
    next_flight: u64,
    last_request: Moment,
}

/// A credential, and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// To hand out.
    pub credential: Arc<Credential>,
    /// For the audit log.
    pub source: Source,
}

/// How an answer was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It was at hand.
    Cache,
    /// It was made, for this caller or for one that came before.
    Exchange,
    /// It was at hand but past its time, and no better one was to be had.
    Stale,
}

impl Broker {
    /// A broker with nothing in it.
    #[must_use]
    pub fn new(config: Config, exchanger: Arc<dyn Exchanger>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::with_scoper(config, exchanger, clock, Scoper::new())
    }

    fn with_scoper(
        config: Config,
        exchanger: Arc<dyn Exchanger>,
        clock: Arc<dyn Clock>,
        scoper: Scoper,
    ) -> Arc<Self> {
        let clock = Lived::new(clock);
        let state = State {
            config: Arc::new(config),
            cache: Cache::default(),
            counters: Counters::default(),
            flights: JoinSet::new(),
            next_flight: 0,
            last_request: clock.now(),
        };
        Arc::new(Self {
            state: Mutex::new(state),
            exchanger,
            clock,
            scoper,
            changed: Notify::new(),
            renewals: Arc::new(Semaphore::new(RENEWALS_AT_ONCE)),
        })
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.lock().config)
    }

    /// Puts another configuration in force. What it would come by in the same way stays; the rest goes,
    /// so that nothing is renewed under an identity that is configured no more.
    pub fn reconfigure(&self, config: Config) {
        let mut state = self.lock();
        state.cache.remove(|entry| {
            let route = Route::find(&config, entry.route.registry.clone());
            let is_handed_on = |hand_on: &HandOn| config.vault.hand_on.as_ref() == Some(&hand_on.helper);
            let is_in_force = entry.route.hand_on.as_deref().is_none_or(is_handed_on);
            !(is_in_force && route.is_ok_and(|route| route.leads_to_the_same(&entry.route)))
        });
        state.config = Arc::new(config);
        for entry in state.cache.iter_mut() {
            entry.failure = None;
        }
        let now = self.clock.now();
        for key in state.cache.keys() {
            self.note(&mut state, key, now);
        }
    }

    /// Where a server address leads; `None` when it is no address at all.
    ///
    /// # Errors
    /// When a rule of the configuration matches and cannot be followed.
    pub fn route(&self, server: &str) -> Result<Option<Route>, RouteError> {
        match Registry::parse(server) {
            Ok(registry) => Route::find(&self.config(), registry).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// A credential for a route in a caller's surroundings.
    ///
    /// # Errors
    /// Why there is none. As long as an unexpired credential is at hand, there is no error.
    pub async fn get(
        self: &Arc<Self>,
        route: &Route,
        surroundings: &Surroundings,
    ) -> Result<Answer, ExchangeError> {
        let scope = self.scoper.scope(route, surroundings);
        let flight = {
            let now = self.clock.now();
            let mut state = self.lock();
            state.counters.requests += 1;
            state.last_request = now;
            let at_hand = self.at_hand(&mut state, scope, route, surroundings, now);
            // It may have been asked for so long ago that it was not to be renewed any more.
            self.note(&mut state, scope.key, now);
            match at_hand {
                AtHand::Answer(answer) => return Ok(answer),
                AtHand::Failure(error) => return Err(error),
                AtHand::Wait(flight) => flight,
            }
        };
        self.await_flight(scope.key, flight).await
    }

    /// A new credential for a route, whatever is at hand and whatever was refused before.
    ///
    /// # Errors
    /// Why there is none; what was at hand stays.
    pub async fn refresh(
        self: &Arc<Self>,
        route: &Route,
        surroundings: &Surroundings,
    ) -> Result<Answer, ExchangeError> {
        let scope = self.scoper.scope(route, surroundings);
        let flight = {
            let now = self.clock.now();
            let mut state = self.lock();
            state.last_request = now;
            state.cache.asked(scope, route, surroundings, now).failure = None;
            self.join_or_start(&mut state, scope.key, Purpose::Forced)
        };
        let credential = flight.landed().await?;
        Ok(Answer { credential, source: Source::Exchange })
    }

    fn at_hand(
        self: &Arc<Self>,
        state: &mut State,
        scope: Scope,
        route: &Route,
        surroundings: &Surroundings,
        now: Moment,
    ) -> AtHand {
        let entry = state.cache.asked(scope, route, surroundings, now);
        let standing = entry.standing(now);
        if let (Some(credential), Some(Standing::Fresh | Standing::Due)) =
            (entry.credential.clone(), standing)
        {
            let is_due = standing == Some(Standing::Due)
                && entry.flight.is_none()
                && entry.not_before <= now.steady
                && entry.is_renewable(now);
            state.counters.hits += 1;
            if is_due {
                self.join_or_start(state, scope.key, Purpose::Renewal);
            }
            return AtHand::Answer(Answer { credential, source: Source::Cache });
        }
        if let Some(credential) = entry.unexpired(now).filter(|_| !entry.is_renewable(now)) {
            state.counters.served_stale += 1;
            return AtHand::Answer(Answer { credential, source: Source::Stale });
        }
        if entry.flight.is_none()
            && let Some(error) = entry.remembered(now, || self.scoper.mark(route, surroundings)).cloned()
        {
            return match entry.unexpired(now) {
                Some(credential) => {
                    state.counters.served_stale += 1;
                    AtHand::Answer(Answer { credential, source: Source::Stale })
                }
                None => AtHand::Failure(error),
            };
        }
        AtHand::Wait(self.join_or_start(state, scope.key, Purpose::Request))
    }

    async fn await_flight(&self, key: ScopeKey, flight: Flight) -> Result<Answer, ExchangeError> {
        match flight.landed().await {
            Ok(credential) => Ok(Answer { credential, source: Source::Exchange }),
            Err(error) => {
                let now = self.clock.now();
                let mut state = self.lock();
                let old = state.cache.get_mut(key).and_then(|entry| entry.unexpired(now));
                let Some(credential) = old else { return Err(error) };
                state.counters.served_stale += 1;
                Ok(Answer { credential, source: Source::Stale })
            }
        }
    }

    /// The flight of a scope that has an entry.
    fn join_or_start(self: &Arc<Self>, state: &mut State, key: ScopeKey, purpose: Purpose) -> Flight {
        let now = self.clock.now();
        let (flight, pilot) = Flight::new(state.next_flight);
        let State { cache, counters, flights, next_flight, .. } = state;
        let Some(entry) = cache.get_mut(key) else { return flight };
        if let Some(under_way) = &entry.flight {
            if purpose != Purpose::Renewal {
                under_way.hurry();
            }
            return under_way.clone();
        }
        entry.flight = Some(flight.clone());
        let family = entry.scope.family;
        let mut request = ExchangeRequest {
            target: entry.route.target.clone(),
            identity: entry.route.identity.clone(),
            access: entry.route.access,
            repositories: entry.route.repositories.clone(),
            must_narrow: entry.route.narrow == Narrow::Require,
            known: Vec::new(),
            login: entry.route.stored_login(),
            hand_on: entry.route.hand_on.clone(),
        };
        let surroundings = entry.surroundings.clone();
        let mark = self.scoper.mark(&entry.route, &surroundings);
        if purpose == Purpose::Request {
            request.known = cache.principals(family, now);
        }
        *next_flight += 1;
        counters.exchanges += 1;
        counters.refreshes += u64::from(purpose == Purpose::Renewal);
        while flights.try_join_next().is_some() {}
        flights.spawn(Arc::clone(self).fly(
            Seat { key, number: flight.number, mark },
            pilot,
            purpose,
            request,
            surroundings,
        ));
        flight
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change under the lock is complete in itself, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum AtHand {
    Answer(Answer),
    Failure(ExchangeError),
    Wait(Flight),
}

/// Why an exchange is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Somebody waits.
    Request,
    /// Ahead of an expiry.
    Renewal,
    /// A person asked for a new one.
    Forced,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Renewal => "renewal",
            Self::Forced => "forced",
        }
    }
}

const RENEWALS_AT_ONCE: usize = 4;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

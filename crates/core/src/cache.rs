//! What is at hand: one entry a scope, with its credential and the story of its exchanges.
//!
//! Plain data and plain questions; the broker holds the lock and asks the time.

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
    time::Duration,
};

use crate::{
    clock::Moment,
    credential::Credential,
    exchange::{ExchangeError, Surroundings},
    flight::Flight,
    route::Route,
    schedule::{self, Standing},
    scope::{Scope, ScopeKey},
};

/// All entries of a broker.
#[derive(Default)]
pub(crate) struct Cache {
    entries: HashMap<ScopeKey, Entry>,
}

/// What is known about one scope.
pub(crate) struct Entry {
    pub(crate) route: Route,
    pub(crate) scope: Scope,
    pub(crate) surroundings: Surroundings,
    pub(crate) credential: Option<Arc<Credential>>,
    pub(crate) principal: Option<String>,
    pub(crate) last_asked: Moment,
    pub(crate) failure: Option<Remembered>,
    /// On the steady clock: no exchange behind the scenes before this.
    pub(crate) not_before: Duration,
    pub(crate) flight: Option<Flight>,
}

/// The last exchange, when it failed.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    pub(crate) at: Moment,
    pub(crate) error: ExchangeError,
    /// In a row.
    pub(crate) count: u32,
    /// What else it hung on.
    pub(crate) mark: ScopeKey,
}

impl Cache {
    /// The entry of a scope as somebody asks for it; whatever helps to get there is taken from the latest caller.
    pub(crate) fn asked(
        &mut self,
        scope: Scope,
        route: &Route,
        surroundings: &Surroundings,
        now: Moment,
    ) -> &mut Entry {
        match self.entries.entry(scope.key) {
            hash_map::Entry::Occupied(occupied) => {
                let entry = occupied.into_mut();
                entry.last_asked = now;
                entry.route.clone_from(route);
                entry.surroundings.env.clone_from(&surroundings.env);
                entry
            }
            hash_map::Entry::Vacant(vacant) => vacant.insert(Entry {
                route: route.clone(),
                scope,
                surroundings: surroundings.clone(),
                credential: None,
                principal: None,
                last_asked: now,
                failure: None,
                not_before: Duration::ZERO,
                flight: None,
            }),
        }
    }

    pub(crate) fn get_mut(&mut self, key: ScopeKey) -> Option<&mut Entry> {
        self.entries.get_mut(&key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.values_mut()
    }

    /// Drops what the question is true for; says how many of those had a credential.
    pub(crate) fn remove(&mut self, mut is_unwanted: impl FnMut(&Entry) -> bool) -> u64 {
        let mut count = 0;
        self.entries.retain(|_, entry| {
            let unwanted = is_unwanted(entry);
            count += u64::from(unwanted && entry.credential.is_some());
            !unwanted
        });
        count
    }

    /// A file changed and the new scope has its credential: the entry under the old stamp serves nobody.
    pub(crate) fn supersede(&mut self, by: Scope) {
        self.entries.retain(|key, entry| *key == by.key || entry.scope.lineage != by.lineage);
    }

    /// The principals with a usable credential in a family, a few of them.
    pub(crate) fn principals(&self, family: ScopeKey, now: Moment) -> Vec<String> {
        self.siblings(family, now).map(|(principal, _)| principal.clone()).take(MOST_KNOWN).collect()
    }

    /// The credential of a principal in a family.
    pub(crate) fn of_principal(&self, family: ScopeKey, name: &str, now: Moment) -> Option<Arc<Credential>> {
        self.siblings(family, now)
            .find(|(principal, _)| *principal == name)
            .map(|(_, credential)| Arc::clone(credential))
    }

    fn siblings(&self, family: ScopeKey, now: Moment) -> impl Iterator<Item = (&String, &Arc<Credential>)> {
        self.iter()
            .filter(move |entry| entry.scope.family == family && entry.is_usable(now))
            .filter_map(|entry| Some((entry.principal.as_ref()?, entry.credential.as_ref()?)))
    }

    /// Drops what nobody will ask for again; when there is still too much, what was asked for longest ago.
    pub(crate) fn evict(&mut self, keep_warm: Duration, now: Moment) {
        self.entries.retain(|_, entry| !entry.until_dead(keep_warm, now).is_zero());
        if self.entries.len() > MOST_ENTRIES {
            let mut ages: Vec<_> =
                self.entries.iter().map(|(key, entry)| (entry.since_asked(now), *key)).collect();
            ages.sort_unstable();
            for (_, key) in ages.drain(MOST_ENTRIES..) {
                self.entries.remove(&key);
            }
        }
    }
}

impl Entry {
    /// What its credential is good for; `None` when there is none.
    pub(crate) fn standing(&self, now: Moment) -> Option<Standing> {
        let credential = self.credential.as_ref()?;
        Some(schedule::standing(credential, self.scope.key.jitter(), now))
    }

    /// Whether it has a credential to hand out without a second thought.
    pub(crate) fn is_usable(&self, now: Moment) -> bool {
        matches!(self.standing(now), Some(Standing::Fresh | Standing::Due))
    }

    /// The credential, as long as it is worth something to somebody.
    pub(crate) fn unexpired(&self, now: Moment) -> Option<Arc<Credential>> {
        self.credential.clone().filter(|credential| !credential.remaining(now).is_zero())
    }

    /// How long until nobody can want it any more: its credential is over and nobody has asked for it lately.
    pub(crate) fn until_dead(&self, keep_warm: Duration, now: Moment) -> Duration {
        if self.flight.is_some() {
            return KEEP_FAILED;
        }
        let remaining = self.credential.as_ref().map(|credential| credential.remaining(now));
        let keep = if remaining.is_some() { keep_warm.max(KEEP_FAILED) } else { KEEP_FAILED };
        remaining.unwrap_or_default().max(keep.saturating_sub(self.since_asked(now)))
    }

    /// By the clock that says more: a suspended laptop's hours count.
    pub(crate) fn since_asked(&self, now: Moment) -> Duration {
        let by_wall = now.wall.duration_since(self.last_asked.wall).unwrap_or_default();
        by_wall.max(now.steady.saturating_sub(self.last_asked.steady))
    }

    /// The failure that is answered from memory instead of asking again; `mark` is what it hangs on now.
    pub(crate) fn remembered(&self, now: Moment, mark: impl FnOnce() -> ScopeKey) -> Option<&ExchangeError> {
        let Remembered { at, error, mark: met, .. } = self.failure.as_ref()?;
        let pause =
            if error.kind.is_refusal() { schedule::REFUSAL_REMEMBERED } else { schedule::LEAST_PAUSE };
        let pause = pause.max(error.retry_after.unwrap_or_default().min(LONGEST_OBEYED));
        (now.steady.saturating_sub(at.steady) < pause && mark() == *met).then_some(error)
    }

    /// How long until it should be renewed behind the scenes; `None` when it should not.
    pub(crate) fn until_refresh(&self, keep_warm: Duration, now: Moment) -> Option<Duration> {
        let credential = self.credential.as_ref()?;
        if self.flight.is_some() || self.since_asked(now) >= keep_warm {
            return None;
        }
        let due = schedule::until_due(credential, self.scope.key.jitter(), now);
        Some(due.max(self.not_before.saturating_sub(now.steady)))
    }
}

/// A failed scope is shown in the status for this long.
const KEEP_FAILED: Duration = Duration::from_secs(10 * 60);
/// Principals offered to one exchange.
const MOST_KNOWN: usize = 16;
/// About 5 KB each.
const MOST_ENTRIES: usize = 16 * 1024;
/// An upstream may ask for patience, but not for a day.
pub(crate) const LONGEST_OBEYED: Duration = Duration::from_secs(5 * 60);

//! What is at hand: one entry a scope, with its credential and the story of its exchanges.
//!
//! Plain data and plain questions; the broker holds the lock and asks the time. No question that comes
//! with a request, an exchange or a wake-up goes through all entries.

mod agenda;
mod entry;

use std::{
    collections::{BTreeSet, HashMap, hash_map},
    sync::Arc,
    time::Duration,
};

use crate::{
    clock::Moment,
    credential::Credential,
    exchange::Surroundings,
    route::Route,
    scope::{Scope, ScopeKey},
};

use agenda::Agenda;
pub(crate) use entry::{Entry, Remembered};

/// All entries of a broker.
#[derive(Default)]
pub(crate) struct Cache {
    entries: HashMap<ScopeKey, Entry>,
    /// By family.
    families: HashMap<ScopeKey, BTreeSet<ScopeKey>>,
    agenda: Agenda,
}

impl Cache {
    /// The entry of a scope as somebody asks for it; whatever helps to get there is taken from the latest caller.
    /// When there are too many, those that were asked for longest ago make room.
    pub(crate) fn asked(
        &mut self,
        scope: Scope,
        route: &Route,
        surroundings: &Surroundings,
        now: Moment,
    ) -> &mut Entry {
        if self.entries.len() >= MOST_ENTRIES && !self.entries.contains_key(&scope.key) {
            self.make_room(now);
        }
        match self.entries.entry(scope.key) {
            hash_map::Entry::Occupied(occupied) => {
                let entry = occupied.into_mut();
                entry.last_asked = now;
                Route::clone_from(&mut entry.route, route);
                entry.surroundings.env.clone_from(&surroundings.env);
                entry
            }
            hash_map::Entry::Vacant(vacant) => {
                self.families.entry(scope.family).or_default().insert(scope.key);
                vacant.insert(Entry {
                    route: Box::new(route.clone()),
                    scope,
                    surroundings: surroundings.clone(),
                    credential: None,
                    principal: None,
                    last_asked: now,
                    failure: None,
                    not_before: Duration::ZERO,
                    not_after: Duration::MAX,
                    flight: None,
                })
            }
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

    pub(crate) fn keys(&self) -> Vec<ScopeKey> {
        self.entries.keys().copied().collect()
    }

    /// Notes when the entry is to be looked at. True when that is before everything else that is noted.
    pub(crate) fn note(&mut self, key: ScopeKey, keep_warm: Duration, now: Moment) -> bool {
        let Some(pause) = self.entries.get(&key).and_then(|entry| entry.until_look(keep_warm, now)) else {
            return false;
        };
        self.agenda.no_later(key, now.steady.saturating_add(pause))
    }

    /// The next entry whose time has come; it is off the list until it is noted again.
    pub(crate) fn take_up(&mut self, now: Moment) -> Option<ScopeKey> {
        self.agenda.take(now.steady)
    }

    /// How long until there is something to look at.
    pub(crate) fn until_look(&self, now: Moment) -> Option<Duration> {
        self.agenda.first().map(|at| at.saturating_sub(now.steady))
    }

    /// Drops what the question is true for; says how many of those had a credential.
    pub(crate) fn remove(&mut self, mut is_unwanted: impl FnMut(&Entry) -> bool) -> u64 {
        let unwanted: Vec<_> =
            self.iter().filter(|entry| is_unwanted(entry)).map(|entry| entry.scope.key).collect();
        let dropped = unwanted.into_iter().filter_map(|key| self.drop_entry(key));
        dropped.map(|entry| u64::from(entry.credential.is_some())).sum()
    }

    pub(crate) fn drop_entry(&mut self, key: ScopeKey) -> Option<Entry> {
        let entry = self.entries.remove(&key)?;
        self.agenda.strike(key);
        if let hash_map::Entry::Occupied(mut family) = self.families.entry(entry.scope.family) {
            family.get_mut().remove(&key);
            if family.get().is_empty() {
                family.remove();
            }
        }
        Some(entry)
    }

    /// A file changed and the new scope has its credential: the entry under the old stamp serves nobody.
    pub(crate) fn supersede(&mut self, by: Scope) {
        let is_old = |entry: &&Entry| entry.scope.key != by.key && entry.scope.lineage == by.lineage;
        let old: Vec<_> = self.family(by.family).filter(is_old).map(|entry| entry.scope.key).collect();
        for key in old {
            self.drop_entry(key);
        }
    }

    /// Gives the credential of an entry to the other sessions of its principal; returns whose those are.
    pub(crate) fn share(&mut self, key: ScopeKey) -> Vec<ScopeKey> {
        let Some(Entry { scope, principal: Some(principal), credential, .. }) = self.entries.get(&key) else {
            return Vec::new();
        };
        let (principal, credential) = (principal.clone(), credential.clone());
        let is_session = |other: &&Entry| other.principal.as_ref() == Some(&principal);
        let sessions: Vec<_> =
            self.family(scope.family).filter(is_session).map(|entry| entry.scope.key).collect();
        for session in &sessions {
            if let Some(entry) = self.entries.get_mut(session) {
                entry.credential.clone_from(&credential);
            }
        }
        sessions
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
        self.family(family)
            .filter(move |entry| entry.is_usable(now))
            .filter_map(|entry| Some((entry.principal.as_ref()?, entry.credential.as_ref()?)))
    }

    fn family(&self, family: ScopeKey) -> impl Iterator<Item = &Entry> {
        self.families.get(&family).into_iter().flatten().filter_map(|key| self.entries.get(key))
    }

    /// Many at a time, so that the sorting is seldom.
    fn make_room(&mut self, now: Moment) {
        let mut ages: Vec<_> = self.iter().map(|entry| (entry.since_asked(now), entry.scope.key)).collect();
        ages.sort_unstable();
        for (_, key) in ages.drain(MOST_ENTRIES - MOST_ENTRIES / 16..) {
            self.drop_entry(key);
        }
    }

    #[cfg(test)]
    pub(crate) fn looks(&self) -> u64 {
        self.agenda.taken
    }

    #[cfg(test)]
    fn agenda_len(&self) -> usize {
        self.agenda.len()
    }
}

/// Principals offered to one exchange.
const MOST_KNOWN: usize = 16;
/// About 5 KB each.
const MOST_ENTRIES: usize = 16 * 1024;

#[cfg(test)]
mod tests;

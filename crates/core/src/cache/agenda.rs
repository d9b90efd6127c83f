//! When each entry is to be looked at again, the earliest first.
//!
//! A date may be too early, never too late: what comes up before its time is looked at and noted again.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use crate::scope::ScopeKey;

/// Dates on the steady clock, one a scope at most.
#[derive(Default)]
pub(super) struct Agenda {
    dates: BTreeSet<(Duration, ScopeKey)>,
    by_key: HashMap<ScopeKey, Duration>,
    #[cfg(test)]
    pub(super) taken: u64,
}

impl Agenda {
    /// Notes a date unless there is an earlier one. True when it is now the first of all.
    pub(super) fn no_later(&mut self, key: ScopeKey, at: Duration) -> bool {
        if self.by_key.get(&key).is_some_and(|noted| *noted <= at) {
            return false;
        }
        self.strike(key);
        self.by_key.insert(key, at);
        self.dates.insert((at, key));
        self.dates.first() == Some(&(at, key))
    }

    pub(super) fn strike(&mut self, key: ScopeKey) {
        if let Some(at) = self.by_key.remove(&key) {
            self.dates.remove(&(at, key));
        }
    }

    pub(super) fn first(&self) -> Option<Duration> {
        self.dates.first().map(|(at, _)| *at)
    }

    /// The first, when its date has come; it is struck.
    pub(super) fn take(&mut self, now: Duration) -> Option<ScopeKey> {
        let (at, key) = *self.dates.first()?;
        if at > now {
            return None;
        }
        self.strike(key);
        #[cfg(test)]
        {
            self.taken += 1;
        }
        Some(key)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.dates.len(), self.by_key.len());
        self.dates.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exchange::Surroundings, scope::Scoper};

    #[test]
    fn the_earliest_date_of_a_scope_stands_and_comes_up_once() {
        let mut agenda = Agenda::default();
        let (a, b) = (key("111111111111"), key("222222222222"));

        assert!(agenda.no_later(a, SECOND * 5));
        assert!(!agenda.no_later(b, SECOND * 6));
        assert!(!agenda.no_later(a, SECOND * 7));
        assert!(agenda.no_later(b, SECOND * 4));

        assert_eq!(agenda.take(SECOND * 3), None);
        assert_eq!(agenda.take(SECOND * 9), Some(b));
        assert_eq!(agenda.take(SECOND * 9), Some(a));
        assert_eq!((agenda.take(SECOND * 9), agenda.first()), (None, None));
    }

    fn key(account: &str) -> ScopeKey {
        let host = format!("{account}.dkr.ecr.eu-west-1.amazonaws.com");
        let registry = crate::registry::Registry::parse(&host).unwrap();
        let route = crate::route::Route::find(&crate::config::Config::default(), registry).unwrap();
        Scoper::keyed(b"k").scope(&route, &Surroundings::default()).key
    }

    const SECOND: Duration = Duration::from_secs(1);
}

//! Renews what is due before anybody has to wait for it.

use std::{sync::Arc, time::Duration};

use super::{Broker, Purpose};
use crate::{schedule, scope::ScopeKey};

impl Broker {
    /// The refresh loop; it never ends. It sleeps until something is due, but never long at a stretch,
    /// because its timer does not see a suspended machine's hours. With an empty cache it does not wake at all.
    pub async fn keep_fresh(self: Arc<Self>) {
        loop {
            match self.renew_due() {
                Some(pause) => {
                    let _ = tokio::time::timeout(pause.max(SHORTEST_SLEEP), self.changed.notified()).await;
                }
                None => self.changed.notified().await,
            }
        }
    }

    /// Starts what is due and drops what is dead; says when to look again, `None` while the cache is empty.
    fn renew_due(self: &Arc<Self>) -> Option<Duration> {
        let now = self.clock.now();
        let mut state = self.lock();
        let keep_warm = state.config.broker.keep_warm;
        state.cache.evict(keep_warm, now);

        let is_due = |pause: Option<Duration>| pause == Some(Duration::ZERO);
        let due: Vec<ScopeKey> = state
            .cache
            .iter()
            .filter(|entry| is_due(entry.until_refresh(keep_warm, now)))
            .map(|entry| entry.scope.key)
            .collect();
        for key in due {
            self.join_or_start(&mut state, key, Purpose::Renewal);
        }
        let until_refresh = state.cache.iter().filter_map(|entry| entry.until_refresh(keep_warm, now)).min();
        let until_dead = state.cache.iter().map(|entry| entry.until_dead(keep_warm, now)).min();
        let refresh = until_refresh.map(|pause| pause.min(schedule::LONGEST_SLEEP));
        refresh.into_iter().chain(until_dead).min()
    }

    /// How long nobody has asked for anything; `None` while a warm credential wants refreshing or an exchange runs.
    #[must_use]
    pub fn idle_for(&self) -> Option<Duration> {
        let now = self.clock.now();
        let state = self.lock();
        let keep_warm = state.config.broker.keep_warm;
        let is_wanted = state
            .cache
            .iter()
            .any(|entry| entry.flight.is_some() || entry.until_refresh(keep_warm, now).is_some());
        let by_wall = now.wall.duration_since(state.last_request.wall).unwrap_or_default();
        (!is_wanted).then(|| by_wall.max(now.steady.saturating_sub(state.last_request.steady)))
    }
}

const SHORTEST_SLEEP: Duration = Duration::from_millis(50);

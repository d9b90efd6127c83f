//! Renews what is due before anybody has to wait for it.

use std::{sync::Arc, time::Duration};

use super::{Broker, Purpose, State};
use crate::{
    clock::{Clock, Moment},
    schedule,
    scope::ScopeKey,
};

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

    /// Starts what is due and drops what is dead; says when to look again, `None` when nothing is noted.
    /// It sees only what has come up, so that many entries cost no more than their own dates.
    fn renew_due(self: &Arc<Self>) -> Option<Duration> {
        let now = self.clock.now();
        let mut state = self.lock();
        let keep_warm = state.config.broker.keep_warm;
        while let Some(key) = state.cache.take_up(now) {
            let Some(entry) = state.cache.get_mut(key) else { continue };
            if entry.until_refresh(keep_warm, now) == Some(Duration::ZERO) {
                self.join_or_start(&mut state, key, Purpose::Renewal);
            } else if entry.until_dead(keep_warm, now).is_zero() {
                state.cache.drop_entry(key);
            } else {
                state.cache.note(key, keep_warm, now);
            }
        }
        state.cache.until_look(now).map(|pause| pause.min(schedule::LONGEST_SLEEP))
    }

    /// Notes when an entry is to be looked at, and wakes the refresh loop if that is before all else.
    pub(super) fn note(&self, state: &mut State, key: ScopeKey, now: Moment) {
        let keep_warm = state.config.broker.keep_warm;
        if state.cache.note(key, keep_warm, now) {
            self.changed.notify_one();
        }
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

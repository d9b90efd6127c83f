//! What is known about one scope, and the questions that the broker asks about it.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::Moment,
    credential::Credential,
    exchange::{ExchangeError, Surroundings},
    flight::Flight,
    route::Route,
    schedule::{self, Standing},
    scope::{Scope, ScopeKey},
};

/// What is known about one scope.
pub(crate) struct Entry {
    /// On its own, so that the empty places of the table stay small.
    pub(crate) route: Box<Route>,
    pub(crate) scope: Scope,
    pub(crate) surroundings: Surroundings,
    pub(crate) credential: Option<Arc<Credential>>,
    pub(crate) principal: Option<String>,
    pub(crate) last_asked: Moment,
    pub(crate) failure: Option<Box<Remembered>>,
    /// On the steady clock: no exchange behind the scenes before this.
    pub(crate) not_before: Duration,
    /// On the steady clock: no exchange behind the scenes from then on, for what proves the identity has ended.
    pub(crate) not_after: Duration,
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

    /// Whether an exchange for the same caller can bring another credential, as far as anybody knows.
    pub(crate) fn is_renewable(&self, now: Moment) -> bool {
        now.steady < self.not_after
    }

    /// The failure that is answered from memory instead of asking again; `mark` is what it hangs on now.
    pub(crate) fn remembered(&self, now: Moment, mark: impl FnOnce() -> ScopeKey) -> Option<&ExchangeError> {
        let Remembered { at, error, mark: met, .. } = self.failure.as_deref()?;
        let pause =
            if error.kind.is_refusal() { schedule::REFUSAL_REMEMBERED } else { schedule::LEAST_PAUSE };
        let pause = pause.max(error.retry_after.unwrap_or_default().min(schedule::LONGEST_OBEYED));
        (now.steady.saturating_sub(at.steady) < pause && mark() == *met).then_some(error)
    }

    /// How long until something is to be done about it; `None` while an exchange runs, whose end will tell.
    pub(crate) fn until_look(&self, keep_warm: Duration, now: Moment) -> Option<Duration> {
        if self.flight.is_some() {
            return None;
        }
        let until_dead = self.until_dead(keep_warm, now);
        Some(self.until_refresh(keep_warm, now).map_or(until_dead, |pause| pause.min(until_dead)))
    }

    /// How long until it should be renewed behind the scenes; `None` when it should not.
    pub(crate) fn until_refresh(&self, keep_warm: Duration, now: Moment) -> Option<Duration> {
        let credential = self.credential.as_ref()?;
        // What has no end is only looked up again, which can wait until somebody asks.
        if self.flight.is_some() || credential.is_lasting || self.since_asked(now) >= keep_warm {
            return None;
        }
        // A token that was refused is not taken the next hour either; whoever asks has it shown again.
        if self.is_refused() && self.route.identity.token().is_some() {
            return None;
        }
        let due = schedule::until_due(credential, self.scope.key.jitter(), now);
        let pause = due.max(self.not_before.saturating_sub(now.steady));
        (now.steady.saturating_add(pause) < self.not_after).then_some(pause)
    }

    fn is_refused(&self) -> bool {
        self.failure.as_deref().is_some_and(|failure| failure.error.kind.is_refusal())
    }
}

/// A failed scope is shown in the status for this long.
const KEEP_FAILED: Duration = Duration::from_secs(10 * 60);

//! The other side's clock, read from the `Date` of its answer.
//!
//! An end that AWS names is by AWS's clock; how long something lives is the same by any.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef, dyn_dispatch_hint},
        runtime_components::RuntimeComponents,
    },
    http::Headers,
};
use aws_smithy_types::{DateTime, config_bag::ConfigBag, date_time::Format};

use crate::clock;

/// Attached to a call, it knows the time there once the answer has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct TheirClock(Arc<Mutex<Option<SystemTime>>>);

impl TheirClock {
    /// The time here and there; a difference too small for a wrong clock is the date's own coarseness.
    pub(crate) fn reading(&self) -> Reading {
        reading(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The time now, here and where an answer of this date has come from.
pub(crate) fn reading(date: Option<SystemTime>) -> Reading {
    let here = clock::now();
    // A date has whole seconds, cut off: the time is up to a second later.
    let there = date.map_or(here, |date| date + Duration::from_secs(1));
    let apart = here.duration_since(there).unwrap_or_else(|behind| behind.duration());
    if apart <= COARSENESS { Reading { here, there: here } } else { Reading { here, there } }
}

/// What two clocks said at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) here: SystemTime,
    pub(crate) there: SystemTime,
}

impl Reading {
    /// How far the clock here is ahead, in milliseconds.
    pub(crate) fn ahead_ms(self) -> i64 {
        let ms = |apart: Duration| i64::try_from(apart.as_millis()).unwrap_or(i64::MAX);
        self.here.duration_since(self.there).map_or_else(|behind| -ms(behind.duration()), ms)
    }
}

#[dyn_dispatch_hint]
impl Intercept for TheirClock {
    fn name(&self) -> &'static str {
        "TheirClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date(context.response().headers());
        Ok(())
    }
}

/// The `Date` of an answer.
pub(crate) fn date(headers: &Headers) -> Option<SystemTime> {
    parse(headers.get("date")?)
}

/// A date as HTTP writes it.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    DateTime::from_str(text, Format::HttpDate).ok()?.try_into().ok()
}

const COARSENESS: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_nearly_ours_is_ours() {
        let near = TheirClock(Arc::new(Mutex::new(Some(clock::now() - Duration::from_secs(2)))));
        let far = TheirClock(Arc::new(Mutex::new(Some(clock::now() + Duration::from_secs(3600)))));

        assert_eq!(near.reading().ahead_ms(), 0);
        assert_eq!(TheirClock::default().reading().ahead_ms(), 0);
        assert!((-3_602_000..=-3_600_000).contains(&far.reading().ahead_ms()), "{:?}", far.reading());
    }
}

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
    /// The time there; a difference too small for a wrong clock is the date's own coarseness.
    pub(crate) fn now(&self) -> SystemTime {
        let ours = clock::now();
        let theirs = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A date has whole seconds, cut off: the time is up to a second later.
        let theirs = theirs.map_or(ours, |date| date + Duration::from_secs(1));
        let apart = ours.duration_since(theirs).unwrap_or_else(|behind| behind.duration());
        if apart <= COARSENESS { ours } else { theirs }
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

        assert!(near.now() <= clock::now());
        assert!(far.now() > clock::now() + Duration::from_secs(3590));
        assert!(TheirClock::default().now() <= clock::now());
    }
}

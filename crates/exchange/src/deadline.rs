//! The worker's own end: a little before the broker's, so that the answer can say what took so long.
//!
//! What the work has learned on its way and its answer needs, goes along in [`Progress`].

use std::{cell::Cell, future::Future, time::Duration};

use shorepass_core::exchange::{ErrorKind, ExchangeError};

/// How far the work has come.
#[derive(Debug)]
pub(crate) struct Progress {
    /// What is being waited for, for the words of a timeout.
    what: Cell<&'static str>,
    /// How long what proves the identity can be shown again.
    renewable: Cell<Option<Duration>>,
}

impl Progress {
    /// From now on it is this.
    pub(crate) fn waits_for(&self, what: &'static str) {
        self.what.set(what);
    }

    /// What proves the identity has no successor and ends after that; of several, the first to end counts.
    pub(crate) fn proof_ends_in(&self, left: Duration) {
        self.renewable.set(Some(self.renewable.get().map_or(left, |known| known.min(left))));
    }

    /// In milliseconds; `None` as long as nothing is known to end.
    pub(crate) fn renewable_ms(&self) -> Option<u64> {
        self.renewable.get().map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self { what: Cell::new("the start of the exchange"), renewable: Cell::default() }
    }
}

/// Ends the work in time.
pub(crate) async fn bound<T>(
    progress: &Progress,
    work: impl Future<Output = Result<T, ExchangeError>>,
) -> Result<T, ExchangeError> {
    let limit = shorepass_worker::own_limit();
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(elapsed(progress.what.get(), limit)))
}

/// Something did not answer within a bound.
pub(crate) fn elapsed(what: &str, limit: Duration) -> ExchangeError {
    let seconds = limit.as_millis().div_ceil(1000);
    ExchangeError::new(ErrorKind::Unavailable, "timeout", format!("{what} did not answer within {seconds} s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_names_what_was_waited_for() {
        let error = elapsed("STS", Duration::from_millis(2500));

        assert_eq!((error.code.as_str(), error.kind), ("timeout", ErrorKind::Unavailable));
        assert_eq!(error.message, "STS did not answer within 3 s");
    }

    #[test]
    fn the_first_end_of_several_counts() {
        let progress = Progress::default();

        let unknown = progress.renewable_ms();
        for seconds in [60, 5, 30] {
            progress.proof_ends_in(Duration::from_secs(seconds));
        }

        assert_eq!((unknown, progress.renewable_ms()), (None, Some(5000)));
    }
}

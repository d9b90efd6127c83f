//! The worker's own end: a little before the broker's, so that the answer can say what took so long.

use std::{cell::Cell, env, future::Future, time::Duration};

use shorepass_core::exchange::{ErrorKind, ExchangeError};

/// What is being waited for, for the words of a timeout.
#[derive(Debug)]
pub(crate) struct Progress(Cell<&'static str>);

impl Progress {
    /// From now on it is this.
    pub(crate) fn waits_for(&self, what: &'static str) {
        self.0.set(what);
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self(Cell::new("the start of the exchange"))
    }
}

/// Ends the work in time.
pub(crate) async fn bound<T>(
    progress: &Progress,
    work: impl Future<Output = Result<T, ExchangeError>>,
) -> Result<T, ExchangeError> {
    let enforced = env::var("SHOREPASS_DEADLINE_MS").ok().and_then(|text| text.parse().ok());
    let limit = own(enforced.map_or(DEFAULT, Duration::from_millis));
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(elapsed(progress.0.get(), limit)))
}

/// Something did not answer within a bound.
pub(crate) fn elapsed(what: &str, limit: Duration) -> ExchangeError {
    let seconds = limit.as_millis().div_ceil(1000);
    ExchangeError::new(ErrorKind::Unavailable, "timeout", format!("{what} did not answer within {seconds} s"))
}

fn own(enforced: Duration) -> Duration {
    enforced - MARGIN.min(enforced / 4)
}

const DEFAULT: Duration = Duration::from_secs(30);
const MARGIN: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_deadline_lies_before_the_enforced_one() {
        assert_eq!(own(Duration::from_secs(30)), Duration::from_millis(29_500));
        assert_eq!(own(Duration::from_millis(100)), Duration::from_millis(75));
        assert_eq!(own(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_timeout_names_what_was_waited_for() {
        let error = elapsed("STS", Duration::from_millis(2500));

        assert_eq!((error.code.as_str(), error.kind), ("timeout", ErrorKind::Unavailable));
        assert_eq!(error.message, "STS did not answer within 3 s");
    }
}

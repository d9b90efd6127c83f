//! The worker's own end: a little before the broker's, so that the answer can say what took so long.

use std::{cell::Cell, future::Future, time::Duration};

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
    let limit = shorepass_worker::own_limit();
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(elapsed(progress.0.get(), limit)))
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
}

//! What a worker can be asked, each done within the worker's own deadline, and the line that answers it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError, LONGEST_WORKER_LINE, WorkerReply, WorkerRequest};
use shorepass_worker::line_of;
use zeroize::Zeroizing;

use crate::{
    bearer,
    deadline::{self, Progress},
    hand_on, recognise, registry,
};

/// Does it; the line is whole whatever happens.
pub(crate) fn answer(request: &WorkerRequest) -> Zeroizing<Vec<u8>> {
    match request {
        WorkerRequest::Recognise(request) => {
            done(async |progress| recognise::recognise(request, progress).await)
        }
        WorkerRequest::HandOn(order) => done(async |progress| hand_on::get(order, progress).await),
        WorkerRequest::Exchange(request) => {
            done(async |progress| registry::exchange(request, progress).await)
        }
        WorkerRequest::PullLimit(request) => {
            done(async |progress| registry::pull_limit(request, progress).await)
        }
        WorkerRequest::Bearer(request) => done(async |progress| bearer::get(request, progress).await),
        WorkerRequest::MakeRobot(order) => done(async |progress| registry::make_robot(order, progress).await),
        WorkerRequest::RemoveRobot(order) => {
            done(async |progress| registry::remove_robot(order, progress).await)
        }
    }
}

/// The reply as a line, or a line that says that it was too long.
pub(crate) fn line<T: Serialize>(reply: &WorkerReply<T>) -> Zeroizing<Vec<u8>> {
    let line = line_of(reply);
    if line.len() <= LONGEST_WORKER_LINE {
        return line;
    }
    let message = "the credential is longer than the broker takes";
    let error = ExchangeError::new(ErrorKind::Unexpected, "garbled", message);
    line_of(&WorkerReply::<()>::Error(error))
}

fn done<T: Serialize>(work: impl AsyncFnOnce(&Progress) -> Result<T, ExchangeError>) -> Zeroizing<Vec<u8>> {
    let broken = |what: &str| {
        ExchangeError::new(ErrorKind::Unexpected, "internal", format!("a fault of the exchange: {what}"))
    };
    let result = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| broken("no runtime"))?;
        let progress = Progress::default();
        let result = runtime.block_on(deadline::bound(&progress, work(&progress)));
        // A name lookup that hangs would otherwise hold the answer back.
        runtime.shutdown_background();
        result
    }));
    line(&WorkerReply::from(result.unwrap_or_else(|_| Err(broken("it panicked")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_the_broker_would_not_take_is_an_error_instead() {
        let error = ExchangeError::new(ErrorKind::Denied, "x", "x".repeat(LONGEST_WORKER_LINE));

        let line = line(&WorkerReply::<()>::Error(error));

        assert!(String::from_utf8_lossy(&line).contains("longer than the broker takes"));
    }
}

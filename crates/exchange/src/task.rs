//! What a worker can be asked, each done within the worker's own deadline, and the line that answers it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError, LONGEST_WORKER_LINE, WorkerReply, WorkerRequest};
use zeroize::Zeroizing;

use crate::{
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
        WorkerRequest::MakeRobot(order) => done(async |progress| registry::make_robot(order, progress).await),
        WorkerRequest::RemoveRobot(order) => {
            done(async |progress| registry::remove_robot(order, progress).await)
        }
    }
}

/// The reply as a line, or a line that says that it was too long.
pub(crate) fn line<T: Serialize>(reply: &WorkerReply<T>) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(serde_json::to_vec(reply).unwrap_or_default());
    line.push(b'\n');
    if line.len() > LONGEST_WORKER_LINE {
        let message = "the credential is longer than the broker takes";
        let error = ExchangeError::new(ErrorKind::Unexpected, "garbled", message);
        line = Zeroizing::new(serde_json::to_vec(&WorkerReply::<()>::Error(error)).unwrap_or_default());
        line.push(b'\n');
    }
    line
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
    fn a_reply_is_one_line() {
        let error = ExchangeError::new(ErrorKind::Denied, "x", "two\nlines");

        let line = line(&WorkerReply::<()>::Error(error));

        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(line.ends_with(b"\n"));
    }
}

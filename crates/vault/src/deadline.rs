//! The worker's own end: a little before the broker's, so that the answer can say what took so long.
//!
//! The work is done on a thread of its own, because a keyring is asked by calls that block. A thread that
//! is given up ends with the process.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::{VaultAnswer, VaultKind, VaultReply},
};

/// Which store is asked and what is being waited for, for the words of a timeout.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Mutex<Stage>>);

#[derive(Debug, Clone)]
struct Stage {
    store: VaultKind,
    waits_for: String,
}

impl Progress {
    /// From now on it is this store.
    pub(crate) fn uses(&self, store: VaultKind) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).store = store;
    }

    /// From now on it is this.
    pub(crate) fn waits_for(&self, what: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).waits_for = what.into();
    }

    fn stage(&self) -> Stage {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Stage {
            store: VaultKind::None,
            waits_for: "the choice of a store".into(),
        })))
    }
}

/// Ends the work in time.
pub(crate) fn bound(work: impl FnOnce(&Progress) -> VaultReply + Send + 'static) -> VaultReply {
    bound_by(shorepass_worker::own_limit(), work)
}

fn bound_by(limit: Duration, work: impl FnOnce(&Progress) -> VaultReply + Send + 'static) -> VaultReply {
    let progress = Progress::default();
    let theirs = progress.clone();
    let error = match within(limit, move || work(&theirs)) {
        Ok(reply) => return reply,
        Err(Unfinished::Late) => elapsed(&progress.stage().waits_for, limit),
        Err(Unfinished::Broken) => ExchangeError::new(
            ErrorKind::Unexpected,
            "internal",
            "a fault of the vault's worker: it panicked, or got no thread",
        ),
    };
    VaultReply { store: progress.stage().store, answer: VaultAnswer::Error(error) }
}

/// Why there is no result.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// It takes longer; what it does is of no interest any more.
    Late,
    /// It panicked, or could not be begun.
    Broken,
}

/// The result of `work`, if it comes in time.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unfinished> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let run = move || {
        let _ = sender.send(work());
    };
    thread::Builder::new().spawn(run).map_err(|_| Unfinished::Broken)?;
    receiver.recv_timeout(limit).map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => Unfinished::Late,
        mpsc::RecvTimeoutError::Disconnected => Unfinished::Broken,
    })
}

/// Something did not answer within a bound.
pub(crate) fn elapsed(what: &str, limit: Duration) -> ExchangeError {
    let seconds = limit.as_millis().div_ceil(1000);
    ExchangeError::new(
        ErrorKind::Unavailable,
        "vault_timeout",
        format!("{what} did not answer within {seconds} s"),
    )
    .with_hint("see which store it is and why: `shorepass vault`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_names_the_store_and_what_was_waited_for() {
        let (_kept, never) = mpsc::channel::<()>();

        let reply = bound_by(Duration::from_millis(200), move |progress| {
            progress.uses(VaultKind::SecretService);
            progress.waits_for("the session bus");
            let _ = never.recv();
            VaultReply { store: VaultKind::None, answer: VaultAnswer::Done }
        });

        let VaultAnswer::Error(error) = reply.answer else { panic!("{reply:?}") };
        assert_eq!(reply.store, VaultKind::SecretService);
        assert_eq!((error.code.as_str(), error.kind), ("vault_timeout", ErrorKind::Unavailable));
        assert_eq!(error.message, "the session bus did not answer within 1 s");
    }

    #[test]
    fn a_panic_is_an_answer_too() {
        let reply = bound_by(Duration::from_secs(20), |progress| {
            progress.uses(VaultKind::File);
            panic!("canary")
        });

        let VaultAnswer::Error(error) = reply.answer else { panic!("{reply:?}") };
        assert_eq!((reply.store, error.code.as_str()), (VaultKind::File, "internal"));
    }
}

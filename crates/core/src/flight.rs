//! One exchange under way, and everybody who waits for it.
//!
//! The exchange runs in a task of its own: a caller that leaves does not cancel it, and a panic in it
//! is an error for those who wait, not a hang.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

use crate::{
    credential::Credential,
    exchange::{ErrorKind, ExchangeError},
};

/// How a flight ends.
pub(crate) type Landing = Result<Arc<Credential>, ExchangeError>;

/// An exchange that others can join.
#[derive(Clone)]
pub(crate) struct Flight {
    /// Tells a flight from its successor in the same scope.
    pub(crate) number: u64,
    landing: watch::Receiver<Option<Landing>>,
    hurry: Arc<Notify>,
}

/// The flying end. Dropped without a word, it tells everybody that the flight is lost.
pub(crate) struct Pilot {
    landing: watch::Sender<Option<Landing>>,
    hurry: Arc<Notify>,
}

impl Flight {
    pub(crate) fn new(number: u64) -> (Self, Pilot) {
        let (sender, landing) = watch::channel(None);
        let hurry = Arc::new(Notify::new());
        (Self { number, landing, hurry: Arc::clone(&hurry) }, Pilot { landing: sender, hurry })
    }

    /// Somebody waits: no more queueing.
    pub(crate) fn hurry(&self) {
        self.hurry.notify_one();
    }

    /// Waits for the end, which the exchanger bounds.
    pub(crate) async fn landed(mut self) -> Landing {
        match self.landing.wait_for(Option::is_some).await {
            Ok(landing) => landing.clone().unwrap_or_else(|| Err(lost())),
            Err(_) => Err(lost()),
        }
    }
}

impl Pilot {
    /// Waits until somebody waits.
    pub(crate) async fn hurried(&self) {
        self.hurry.notified().await;
    }

    pub(crate) fn land(self, landing: Landing) {
        self.landing.send_replace(Some(landing));
    }
}

fn lost() -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "exchange_lost", "the exchange ended without an answer")
        .with_hint("try again; if it happens again, look at what the broker says: `shorepass broker logs`")
}

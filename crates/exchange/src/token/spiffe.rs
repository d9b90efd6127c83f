//! A workload's JWT-SVID from the SPIFFE Workload API, as its specification has it.
//!
//! The agent knows the workload by its process, so this process is the one that is looked at: it is a child
//! of the broker's and runs as the same user, from the same image.

mod answer;
mod call;
mod endpoint;
mod message;
mod refusal;

use std::{env, time::Duration};

use shorepass_core::{exchange::ExchangeError, token::SpiffeSource};

use crate::deadline::{self, Progress};
use endpoint::Endpoint;

pub(super) async fn fetch(source: &SpiffeSource, progress: &Progress) -> Result<String, ExchangeError> {
    let endpoint = Endpoint::of(source.endpoint.as_deref(), env::var(VARIABLE).ok())?;
    progress.waits_for(UPSTREAM);
    let request = message::request(&source.audience, source.spiffe_id.as_deref());
    let work = tokio::time::timeout(PATIENCE, call::fetch_jwt_svid(&endpoint, request)).await;
    let reply = work.unwrap_or_else(|_| Err(deadline::elapsed(UPSTREAM, PATIENCE)))?;
    answer::token(&reply, source)
}

const UPSTREAM: &str = "the SPIFFE Workload API";
const VARIABLE: &str = "SPIFFE_ENDPOINT_SOCKET";
const PATIENCE: Duration = Duration::from_secs(10);

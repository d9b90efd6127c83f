//! A reply together with what the audit list says about it.

use super::{caller::Caller, error::Protocol};
use crate::cloud::{ApiError, http::Reply};

/// What a service's function makes of one call.
pub(super) type Outcome = Result<Reply, ApiError>;

/// An outcome and who it was for.
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) principal: Option<String>,
    pub(super) region: Option<String>,
}

/// A caller and the region its signature is scoped to.
pub(super) struct Signed {
    pub(super) caller: Caller,
    pub(super) region: String,
}

impl Answer {
    pub(super) fn refused(error: ApiError) -> Self {
        Self::unsigned(Err(error))
    }

    pub(super) fn unsigned(outcome: Outcome) -> Self {
        Self { outcome, principal: None, region: None }
    }

    pub(super) fn for_principal(outcome: Outcome, principal: impl Into<String>) -> Self {
        Self { outcome, principal: Some(principal.into()), region: None }
    }

    pub(super) fn into_reply(self, protocol: Protocol) -> Reply {
        self.outcome.unwrap_or_else(|error| error.reply(protocol))
    }
}

//! A reply together with what the audit list says about it.

use crate::cloud::{ApiError, http::Reply};

/// What a service's function makes of one call.
pub(super) type Outcome = Result<Reply, ApiError>;

/// An outcome and who it was for.
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) principal: Option<String>,
}

impl Answer {
    pub(super) fn refused(error: ApiError) -> Self {
        Self::nameless(Err(error))
    }

    pub(super) fn nameless(outcome: Outcome) -> Self {
        Self { outcome, principal: None }
    }

    pub(super) fn for_principal(reply: Reply, principal: impl Into<String>) -> Self {
        Self { outcome: Ok(reply), principal: Some(principal.into()) }
    }
}

impl From<Result<Answer, ApiError>> for Answer {
    fn from(result: Result<Answer, ApiError>) -> Self {
        result.unwrap_or_else(Self::refused)
    }
}

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
        Self { outcome: Err(error), principal: None }
    }

    /// The principal is known from the outcome when there is one.
    pub(super) fn of(granted: Result<(Reply, String), ApiError>) -> Self {
        match granted {
            Ok((reply, principal)) => Self { outcome: Ok(reply), principal: Some(principal) },
            Err(error) => Self::refused(error),
        }
    }
}

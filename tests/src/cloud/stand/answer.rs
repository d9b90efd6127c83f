//! A reply together with what the audit list says about it.

use crate::cloud::{ApiError, http::Reply};

/// An outcome, who it was for, and the challenge that goes with a refusal.
pub struct Answer {
    pub(super) outcome: Result<Reply, ApiError>,
    pub(super) principal: Option<String>,
    pub(super) challenge: Option<String>,
}

impl Answer {
    /// Nobody got anything.
    #[must_use]
    pub fn refused(error: ApiError) -> Self {
        Self::nameless(Err(error))
    }

    /// For nobody who is known.
    #[must_use]
    pub fn nameless(outcome: Result<Reply, ApiError>) -> Self {
        Self { outcome, principal: None, challenge: None }
    }

    /// For somebody who has proved who it is, whether it got what it wants or not.
    #[must_use]
    pub fn for_principal(outcome: Result<Reply, ApiError>, principal: impl Into<String>) -> Self {
        Self { principal: Some(principal.into()), ..Self::nameless(outcome) }
    }

    /// With a value of `WWW-Authenticate`, sent only with a refusal.
    #[must_use]
    pub fn with_challenge(self, challenge: impl Into<String>) -> Self {
        Self { challenge: Some(challenge.into()), ..self }
    }
}

impl From<Result<Answer, ApiError>> for Answer {
    fn from(result: Result<Answer, ApiError>) -> Self {
        result.unwrap_or_else(Self::refused)
    }
}

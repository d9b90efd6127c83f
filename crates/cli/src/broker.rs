//! One question to the broker and the ways in which it can stay without an answer.

use serde::de::DeserializeOwned;
use shorepass_protocol::{
    client,
    error::ClientError,
    message::{Failure, Operation, Reply},
};

pub(crate) use shorepass_protocol::client::Reach;

use crate::{exit::Exit, problem::Problem};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody could be asked.
    Unasked(ClientError),
    /// Nothing here has a credential for the registry.
    NotFound,
    /// Ours, and it failed.
    Failed(Failure),
}

/// Asks, and sorts the reply.
pub(crate) fn ask<T: DeserializeOwned + Send + 'static>(
    operation: Operation,
    reach: Reach,
) -> Result<T, Refusal> {
    match client::call(operation, reach).map_err(Refusal::Unasked)? {
        Reply::Ok(answer) => Ok(answer),
        Reply::NotFound => Err(Refusal::NotFound),
        Reply::Error(failure) => Err(Refusal::Failed(failure)),
        Reply::NeedEnv { .. } => {
            let twice = std::io::Error::other("it asked for variables a second time");
            Err(Refusal::Unasked(ClientError::Broken(twice)))
        }
    }
}

impl Refusal {
    pub(crate) fn is_not_running(&self) -> bool {
        matches!(self, Self::Unasked(ClientError::NotRunning | ClientError::NoPlace))
    }

    /// In words, after `what` could not be done.
    pub(crate) fn into_problem(self, what: impl Into<String>) -> Problem {
        match self {
            Self::Unasked(error) => {
                let mut problem = Problem::new(Exit::Unavailable, what).because(&error);
                problem.hint = error.hint();
                problem
            }
            Self::NotFound => {
                Problem::new(Exit::NotFound, what).because("no login is stored for it").hint(NO_LOGIN_HINT)
            }
            Self::Failed(failure) => Problem::of_failure(what, failure),
        }
    }
}

/// What to do about a registry that nobody has logged in to.
const NO_LOGIN_HINT: &str =
    "to log in, run `docker login HOST` or `shorepass vault put HOST --username NAME`";

/// What to do about a registry that nobody routes.
pub(crate) const NO_ROUTE_HINT: &str =
    "to add a `[[registry]]` that matches it, edit the file that is named by `shorepass config path`";

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::FailureKind;

    use super::*;

    #[test]
    fn the_exit_code_says_what_to_do() {
        let failure = |kind| {
            Refusal::Failed(Failure { kind, code: "c".into(), message: "m".into(), hint: Some("h".into()) })
        };

        assert_eq!(failure(FailureKind::Denied).into_problem("w").exit, Exit::Denied);
        assert_eq!(failure(FailureKind::Unavailable).into_problem("w").exit, Exit::Unavailable);
        assert_eq!(failure(FailureKind::Misconfigured).into_problem("w").exit, Exit::Misconfigured);
        assert_eq!(failure(FailureKind::Unexpected).into_problem("w").exit, Exit::Other);
        assert_eq!(Refusal::NotFound.into_problem("w").exit, Exit::NotFound);
        let unasked = Refusal::Unasked(ClientError::NotRunning).into_problem("w");
        assert_eq!(unasked.exit, Exit::Unavailable);
        assert_eq!(unasked.hint.as_deref(), Some("to start it, run `shorepass broker start`"));
    }
}

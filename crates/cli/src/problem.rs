//! Why a command could not do what was asked: what, why, what next, and the exit code.
//!
//! Whoever makes one must keep secrets and values of configuration files out of it.

use std::{fmt::Display, io, path::Path};

use serde::Serialize;
use shorepass_protocol::message::Failure;

use crate::exit::Exit;

/// A failure in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// What could not be done.
    pub what: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What to do next, the command last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The broker's exact cause, such as `sso_expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip)]
    pub exit: Exit,
}

impl Problem {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: None, hint: None, code: None, exit }
    }

    pub(crate) fn because(mut self, cause: impl Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What the broker reports about a registry.
    pub(crate) fn of_failure(what: impl Into<String>, failure: Failure) -> Self {
        // That nobody has logged in yet is no fault of a configuration.
        let exit = if failure.code == "no_login" { Exit::NotFound } else { failure.kind.into() };
        Self {
            what: what.into(),
            cause: Some(failure.message),
            hint: failure.hint,
            code: Some(failure.code),
            exit,
        }
    }

    /// A file that could not be read or written.
    pub(crate) fn of_file(verb: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::Other, format!("cannot {verb} `{}`", path.display())).because(plain_reason(error))
    }
}

/// The system's words without "(os error 13)".
fn plain_reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_error_reads_as_a_fragment() {
        let problem = Problem::of_file("write", Path::new("/x"), &io::Error::from_raw_os_error(13));

        assert_eq!(problem.what, "cannot write `/x`");
        assert_eq!(problem.cause.as_deref(), Some("permission denied"));
    }
}

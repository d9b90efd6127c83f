//! What was found: a fact, why it matters and what to do.

use serde::Serialize;

use crate::{exit::Exit, problem::Problem};

/// One finding; `id` is for programs and does not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub id: String,
    pub level: Level,
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do, the command last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// A configuration is at fault, which has an exit code of its own.
    #[serde(skip)]
    pub is_misconfigured: bool,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// As it should be, or good to know.
    Ok,
    /// It works, and may surprise.
    Warning,
    /// It does not work.
    Error,
}

impl Finding {
    pub(super) fn ok(id: &str, what: impl Into<String>) -> Self {
        Self::new(id, Level::Ok, what)
    }

    pub(super) fn warning(id: &str, what: impl Into<String>) -> Self {
        Self::new(id, Level::Warning, what)
    }

    pub(super) fn error(id: &str, what: impl Into<String>) -> Self {
        Self::new(id, Level::Error, what)
    }

    pub(super) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub(super) fn misconfigured(mut self, is_misconfigured: bool) -> Self {
        self.is_misconfigured = is_misconfigured;
        self
    }

    /// A problem as a finding.
    pub(super) fn of(id: &str, problem: Problem) -> Self {
        Self {
            id: id.into(),
            level: Level::Error,
            what: problem.what,
            why: problem.cause,
            fix: problem.hint,
            is_misconfigured: problem.exit == Exit::Misconfigured,
        }
    }

    fn new(id: &str, level: Level, what: impl Into<String>) -> Self {
        Self { id: id.into(), level, what: what.into(), why: None, fix: None, is_misconfigured: false }
    }
}

//! The exit codes, one table for every command.

use std::process::ExitCode;

use shorepass_protocol::message::FailureKind;

/// How a command ended; `exec` ends as what it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked, or found nothing wrong.
    Ok = 0,
    /// It failed for a reason of our own, or `doctor` found something.
    Other = 1,
    /// The arguments make no sense; clap uses the same number.
    Usage = 2,
    /// No route or no entry for what was named.
    NotFound = 3,
    /// Asked and refused.
    Denied = 4,
    /// Not asked or not answered: no broker, no network, a throttled registry.
    Unavailable = 5,
    /// A configuration cannot work as it stands.
    Misconfigured = 6,
    /// `exec`: the command is there and cannot be run; as shells have it.
    #[cfg(unix)]
    NotExecutable = 126,
    /// `exec`: there is no such command; as shells have it.
    #[cfg(unix)]
    NoCommand = 127,
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Denied => Self::Denied,
            FailureKind::Unavailable => Self::Unavailable,
            FailureKind::Misconfigured => Self::Misconfigured,
            FailureKind::Unexpected => Self::Other,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

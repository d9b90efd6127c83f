//! Why a client got no answer at all, as what, why and what next.

use std::{fmt, io, path::PathBuf, time::Duration};

/// The broker could not be asked.
#[derive(Debug)]
pub enum ClientError {
    /// No broker listens, and none was to be started.
    NotRunning,
    /// There is no folder for a socket.
    NoPlace,
    /// Somebody else's process listens where our broker should.
    ForeignServer {
        /// The socket.
        socket: PathBuf,
        /// Its owner.
        uid: u32,
    },
    /// `shorepassd` is nowhere to be found.
    NoProgram,
    /// It was found but does not start.
    CannotStart {
        /// The program.
        program: PathBuf,
        /// Its own words or the system's.
        why: String,
    },
    /// No answer in time.
    Timeout(Duration),
    /// The conversation broke off.
    Broken(io::Error),
}

impl ClientError {
    /// What to do next, the command last.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotRunning => "to start it, run `shorepass broker start`".into(),
            Self::NoPlace => "to name a place for its socket, set `SHOREPASS_SOCKET`".into(),
            Self::ForeignServer { .. } => {
                "somebody may be after your credentials: look at the socket's owner, or set `SHOREPASS_SOCKET`"
                    .into()
            }
            Self::CannotStart { program, .. } if !program.is_file() => {
                "set `SHOREPASS_BROKER` to the path of `shorepassd`, or unset it".into()
            }
            Self::NoProgram => {
                "install it beside `docker-credential-shorepass`, or set `SHOREPASS_BROKER` to its path".into()
            }
            Self::CannotStart { .. } | Self::Timeout(_) | Self::Broken(_) => {
                "to see what the broker says, run `shorepass broker logs`".into()
            }
        })
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRunning => f.write_str("the broker is not running"),
            Self::NoPlace => f.write_str(
                "no place for the broker's socket: neither a runtime folder nor a home folder is known",
            ),
            Self::ForeignServer { socket, uid } => {
                write!(f, "the socket `{}` belongs to user {uid}, nothing was sent to it", socket.display())
            }
            Self::NoProgram => f.write_str("the broker `shorepassd` was not found"),
            Self::CannotStart { program, why } => {
                write!(f, "the broker `{}` does not start: {why}", program.display())
            }
            Self::Timeout(whole) => write!(f, "the broker did not answer within {} s", whole.as_secs()),
            Self::Broken(error) => write!(f, "the conversation with the broker broke off: {error}"),
        }
    }
}

impl std::error::Error for ClientError {}

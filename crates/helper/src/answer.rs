//! What the helper prints: docker's exact texts, one JSON object, or one line that says why not.
//!
//! A failure goes to standard output *and* to standard error: podman shows only the first, docker up
//! to 28 only the second. Only the protocols of others have it on standard error alone.

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use shorepass_protocol::{
    error::ClientError,
    message::{Granted, Listed},
};
use shorepass_secret::Secret;

/// How a verb ends.
pub(crate) enum Answer {
    Credential { server: String, granted: Granted },
    Presented(Secret),
    List(Listed),
    Text(String),
    Nothing,
    NotFound,
    NoServer,
    NoUser,
    BadLogin,
    Usage(String),
    Failed(String),
    FailedAside(String),
}

impl Answer {
    /// `shorepass: what: why; what next`, in one line.
    pub(crate) fn failed(server: &str, why: &str, hint: Option<&str>) -> Self {
        let line = match hint {
            Some(hint) => format!("shorepass: {server}: {why}; {hint}"),
            None => format!("shorepass: {server}: {why}"),
        };
        Self::Failed(line.replace(char::is_control, " "))
    }

    pub(crate) fn unreachable(server: &str, error: &ClientError) -> Self {
        Self::failed(server, &error.to_string(), error.hint().as_deref())
    }

    /// For a protocol whose failures are told on standard error only.
    pub(crate) fn aside(self) -> Self {
        match self {
            Self::Usage(text) | Self::Failed(text) => Self::FailedAside(text),
            other => other,
        }
    }

    pub(crate) fn unreadable(error: &io::Error) -> Self {
        Self::Failed(format!("shorepass: standard input cannot be read: {error}"))
    }

    /// Prints it. Whoever has closed the pipe does not want it any more.
    pub(crate) fn give(self) -> ExitCode {
        match self {
            Self::Credential { server, granted } => good(&Credential {
                server_url: &server,
                username: &granted.username,
                secret: granted.secret.expose(),
            }),
            Self::Presented(text) => line(&text.expose(), ExitCode::SUCCESS),
            Self::List(listed) => {
                if let Some(failure) = listed.incomplete {
                    let _ = writeln!(io::stderr(), "shorepass: the list may lack some: {}", failure.message);
                }
                good(&listed.registries)
            }
            Self::Text(text) => line(&text, ExitCode::SUCCESS),
            Self::Nothing => ExitCode::SUCCESS,
            Self::NotFound => line(&NOT_FOUND, ExitCode::FAILURE),
            Self::NoServer => line(&"no credentials server URL", ExitCode::FAILURE),
            Self::NoUser => line(&"no credentials username", ExitCode::FAILURE),
            Self::BadLogin => {
                line(&"shorepass: standard input is not the JSON object of a login", ExitCode::FAILURE)
            }
            Self::FailedAside(text) => {
                let _ = writeln!(io::stderr(), "{text}");
                ExitCode::FAILURE
            }
            Self::Usage(text) | Self::Failed(text) => {
                let _ = writeln!(io::stderr(), "{text}");
                line(&text, ExitCode::FAILURE)
            }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credential<'a> {
    #[serde(rename = "ServerURL")]
    server_url: &'a str,
    username: &'a str,
    secret: &'a str,
}

/// One JSON object, one newline, one write.
fn good(answer: &impl Serialize) -> ExitCode {
    match serde_json::to_vec(answer) {
        Ok(mut bytes) => {
            bytes.push(b'\n');
            let written = io::stdout().write_all(&bytes).and_then(|()| io::stdout().flush());
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn line(text: &dyn Display, code: ExitCode) -> ExitCode {
    let _ = writeln!(io::stdout(), "{text}");
    code
}

/// Compared by equality in docker's, podman's and oras's clients.
const NOT_FOUND: &str = "credentials not found in native keychain";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_has_said_cannot_move_a_terminal() {
        let Answer::Failed(line) = Answer::failed("r\u{1b}[31m", "no\r\n\u{7}way", Some("\u{9b}2J")) else {
            unreachable!()
        };

        assert!(line.starts_with("shorepass: r") && line.contains("way; "), "{line:?}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

//! Where the Workload API listens: a socket, or a port of this machine, since what comes back is a secret.

#[cfg(unix)]
use std::path::PathBuf;
use std::{io, net::SocketAddr};

use shorepass_core::exchange::{ErrorKind, ExchangeError};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{UPSTREAM, VARIABLE};
use crate::failure::io_words;

/// A place to connect to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    #[cfg(unix)]
    Socket(PathBuf),
    Port(SocketAddr),
}

/// Either kind of connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Endpoint {
    /// The settings' place, else the caller's variable.
    pub(super) fn of(configured: Option<&str>, variable: Option<String>) -> Result<Self, ExchangeError> {
        let (text, from) = match (configured, variable.filter(|text| !text.is_empty())) {
            (Some(text), _) => (text.to_owned(), "endpoint"),
            (None, Some(text)) => (text, VARIABLE),
            (None, None) => {
                return Err(absent("nobody says where the SPIFFE Workload API is".into()).with_hint(
                    "set `SPIFFE_ENDPOINT_SOCKET` where the client runs, or `endpoint` of the token, to the agent's \
                     socket, such as `unix:///run/spire/agent/public/api.sock`",
                ));
            }
        };
        Self::parse(&text).ok_or_else(|| {
            absent(format!("`{from}` names no place of a SPIFFE Workload API"))
                .with_hint("name it by `unix:///PATH`, or by `tcp://IP:PORT` with a loopback address")
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(place) = text.strip_prefix("tcp://") {
            return place.parse().ok().filter(|at: &SocketAddr| at.ip().is_loopback()).map(Self::Port);
        }
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix://").filter(|path| path.starts_with('/')) {
            return Some(Self::Socket(path.into()));
        }
        None
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, ExchangeError> {
        match self {
            #[cfg(unix)]
            Self::Socket(path) => match tokio::net::UnixStream::connect(path).await {
                Ok(stream) => Ok(Box::new(stream)),
                Err(error) => Err(unreached(&path.display().to_string(), &error)),
            },
            Self::Port(at) => match TcpStream::connect(at).await {
                Ok(stream) => Ok(Box::new(stream)),
                Err(error) => Err(unreached(&at.to_string(), &error)),
            },
        }
    }
}

fn absent(message: String) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "spiffe_endpoint", message)
}

fn unreached(place: &str, error: &io::Error) -> ExchangeError {
    let (words, hint) = match error.kind() {
        io::ErrorKind::NotFound => {
            (io_words(error), "check that the agent runs and that its socket is mounted there")
        }
        io::ErrorKind::ConnectionRefused => {
            ("nobody listens there".into(), "start the agent: `systemctl restart spire-agent`")
        }
        io::ErrorKind::PermissionDenied => {
            (io_words(error), "let the user of the broker into the socket's folder")
        }
        _ => (io_words(error), "check the agent and its socket: `spire-agent healthcheck`"),
    };
    ExchangeError::new(
        ErrorKind::Unavailable,
        "spiffe_unreachable",
        format!("could not reach {UPSTREAM} at `{place}`: {words}"),
    )
    .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_settings_win_over_the_variable() {
        let of = |configured, variable: Option<&str>| Endpoint::of(configured, variable.map(str::to_owned));

        assert_eq!(of(Some("unix:///a"), Some("unix:///b")).unwrap(), Endpoint::Socket("/a".into()));
        assert_eq!(of(None, Some("unix:///b")).unwrap(), Endpoint::Socket("/b".into()));
        for nowhere in [None, Some("")] {
            let error = of(None, nowhere).unwrap_err();
            assert_eq!(error.code, "spiffe_endpoint");
            assert!(error.hint.unwrap().contains("`SPIFFE_ENDPOINT_SOCKET`"));
        }
    }

    #[test]
    fn a_place_is_on_this_machine() {
        assert!(matches!(Endpoint::parse("tcp://127.0.0.1:8000"), Some(Endpoint::Port(_))));
        assert!(matches!(Endpoint::parse("tcp://[::1]:8000"), Some(Endpoint::Port(_))));
        for text in [
            "",
            "/a",
            "unix://host/a",
            "unix:a",
            "tcp://10.0.0.1:1",
            "tcp://localhost:1",
            "http://127.0.0.1:1",
        ] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }
}

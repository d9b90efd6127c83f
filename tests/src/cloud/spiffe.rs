//! A fake SPIFFE agent: the Workload API with JWT-SVIDs, over a Unix socket or a port of this machine.
//!
//! It reads the one call as strictly as `workload.proto` and gRPC over HTTP/2 have it, and signs with the
//! issuer of its trust domain. Who asks is not looked at: the world says who that is.

mod answer;
mod message;
mod serve;

#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Issuer;
use serve::Server;

/// A running agent; dropping it stops it.
pub struct Agent {
    endpoint: String,
    state: Arc<State>,
    _server: Server,
}

/// How the agent behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// It refuses with this gRPC status: at once, or behind an empty body.
    Refuses {
        /// The status.
        status: u16,
        /// Whether the status comes among the headers.
        at_once: bool,
    },
    /// It hands out documents about somebody else than it says.
    Confused,
    /// It answers with bytes that are no message.
    Garbled,
    /// As it should, with so many bytes behind it that nobody knows.
    Huge(usize),
    /// It never answers.
    Silent,
    /// It is a web server.
    Foreign,
}

/// What one call has asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Whom the document is to be for.
    pub audience: Vec<String>,
    /// About whom, when that was said.
    pub spiffe_id: String,
}

struct State {
    issuer: Issuer,
    inner: Mutex<Inner>,
}

struct Inner {
    ids: Vec<String>,
    mood: Mood,
    asked: Vec<Asked>,
}

impl Agent {
    /// Listening at a socket in this folder, for a workload that has these ids.
    ///
    /// # Errors
    /// When the socket cannot be bound.
    pub fn at_socket(folder: &Path, ids: &[&str]) -> io::Result<Self> {
        let path: PathBuf = folder.join("agent.sock");
        let listener = std::os::unix::net::UnixListener::bind(&path)?;
        Self::start(format!("unix://{}", path.display()), serve::Listener::Socket(listener), ids)
    }

    /// The same at a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be bound.
    pub fn at_port(ids: &[&str]) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        Self::start(format!("tcp://{}", listener.local_addr()?), serve::Listener::Port(listener), ids)
    }

    fn start(endpoint: String, listener: serve::Listener, ids: &[&str]) -> io::Result<Self> {
        let ids = ids.iter().map(ToString::to_string).collect();
        let inner = Mutex::new(Inner { ids, mood: Mood::Well, asked: Vec::new() });
        let state = Arc::new(State { issuer: Issuer::es256(ISSUER), inner });
        let server = Server::start(listener, state.clone())?;
        Ok(Self { endpoint, state, _server: server })
    }

    /// For `SPIFFE_ENDPOINT_SOCKET`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Who signs the documents.
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        self.state.issuer.clone()
    }

    /// From now on it behaves so.
    pub fn mood(&self, mood: Mood) {
        self.state.inner().mood = mood;
    }

    /// What was asked for, oldest first, as far as it was a call by the book.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.inner().asked.clone()
    }
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const ISSUER: &str = "https://oidc.shore.example";

//! A registry that is nothing but what it says to strangers; it notes what it is shown.

use std::sync::{Arc, Mutex};

use shorepass_tests::cloud::http::{Reply, Request, Service, serve::Server};

/// A running gate; dropping it stops it.
pub(super) struct Gate {
    server: Server,
    shown: Arc<Mutex<Vec<String>>>,
}

struct Keeper {
    status: u16,
    challenge: Option<String>,
    shown: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    /// Answers everything with this.
    pub(super) fn start(status: u16, challenge: Option<&str>) -> Self {
        let shown = Arc::default();
        let keeper = Keeper { status, challenge: challenge.map(str::to_owned), shown: Arc::clone(&shown) };
        let server = Server::start(([127, 0, 0, 1], 0).into(), None, Arc::new(keeper)).unwrap();
        Self { server, shown }
    }

    /// `HOST:PORT`
    pub(super) fn host(&self) -> String {
        self.server.address().to_string()
    }

    /// Every request, with whether it showed a login.
    pub(super) fn shown(&self) -> Vec<String> {
        self.shown.lock().unwrap().clone()
    }
}

impl Service for Keeper {
    fn answer(&self, request: &Request) -> Reply {
        let with = if request.header("authorization").is_some() { "with" } else { "without" };
        self.shown.lock().unwrap().push(format!("{} {} {with} a login", request.method, request.path));
        let reply = Reply::text(self.status, "");
        match &self.challenge {
            Some(challenge) => reply.with_header("www-authenticate", challenge.clone()),
            None => reply,
        }
    }
}

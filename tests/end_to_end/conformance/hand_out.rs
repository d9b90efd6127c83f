//! What the suite must know about a kind that hands out logins as they are and calls nobody.

use std::net::TcpListener;

use shorepass_tests::bed::Bed;

use super::{subject::Caller, subjects::logins::log_in};

/// A kind without a cloud.
pub(super) struct HandOut {
    /// Its name.
    pub(super) kind: &'static str,
    /// A registry of the kind, as clients name it, and as somebody has logged in to it.
    pub(super) host: &'static str,
    /// What `config.toml` needs for it.
    pub(super) rules: &'static str,
    /// Makes this login the one of somebody else at the same registry.
    pub(super) second: fn(&Bed, username: &str, secret: &str) -> Caller,
}

impl HandOut {
    /// Where nobody is logged in, and whoever called somebody would call the witness.
    pub(super) fn bed(&self, witness: &Witness) -> Bed {
        let mut bed = Bed::new();
        bed.configure(self.rules);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            bed.set(name, &witness.url());
        }
        bed
    }

    /// As a client does it.
    pub(super) fn log_in(&self, bed: &Bed, (username, secret): (&str, &str)) {
        let _ = log_in(bed, self.host, username, secret);
    }

    /// The same at other hosts that only look like it.
    pub(super) fn look_alikes(&self) -> Vec<String> {
        let host = self.host;
        let name = host.split(':').next().unwrap_or_default();
        vec![
            format!("evil-{host}"),
            format!("evil.{host}"),
            format!("{name}.evil.example"),
            format!("{name}:8443"),
            format!("evil.example/{host}"),
            format!("evil.example:443/{name}"),
        ]
    }
}

/// The only proxy, which lets nobody through and notices everybody.
pub(super) struct Witness(TcpListener);

impl Witness {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Whether somebody has called since it was asked last.
    pub(super) fn has_noticed_anybody(&self) -> bool {
        self.0.accept().is_ok()
    }
}

/// Three logins whose secrets are marked.
pub(super) const LOGINS: [(&str, &str); 3] = [
    ("alice", "C4N4RY: \"of alice\" <&> \u{e4}"),
    ("bob", "C4N4RY-that-bob-has"),
    ("<token>", "C4N4RY.that.alice.has"),
];

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn whoever_calls_is_noticed_once() {
        let witness = Witness::new();
        let before = witness.has_noticed_anybody();

        let _caller = TcpStream::connect(witness.0.local_addr().unwrap()).unwrap();

        let after = [witness.has_noticed_anybody(), witness.has_noticed_anybody()];
        assert_eq!((before, after), (false, [true, false]));
    }
}

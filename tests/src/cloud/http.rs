//! One request and one answer as plain values, so that every service is a function without sockets.
//!
//! Nothing here streams: requests are small and capped, answers are whole. What a test wants to see go
//! wrong on the wire (a closed connection, a late answer) is part of the answer.

pub(crate) mod ask;
pub mod form;
pub mod serve;

use std::{net::SocketAddr, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// Still percent-encoded, without the query.
    pub path: String,
    /// Still percent-encoded, without the question mark.
    pub query: String,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// Who connected.
    pub peer: SocketAddr,
}

impl Request {
    /// The first header of a name given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The name the client asked for, in lower case and without port.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.header("host").unwrap_or_default();
        let end = if host.ends_with(']') { host.len() } else { host.rfind(':').unwrap_or(host.len()) };
        host[..end].to_ascii_lowercase()
    }

    /// The fields of the query, then those of a form body.
    #[must_use]
    pub fn fields(&self) -> form::Fields {
        let mut fields = form::Fields::parse(&self.query);
        if self.header("content-type").is_some_and(|kind| kind.starts_with(FORM)) {
            fields.extend(&String::from_utf8_lossy(&self.body));
        }
        fields
    }

    /// User name and password of `Authorization: Basic`.
    #[must_use]
    pub fn basic(&self) -> Option<(String, String)> {
        let (scheme, encoded) = self.header("authorization")?.split_once(' ')?;
        let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (username, password) = text.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| (username.to_owned(), password.to_owned()))
    }
}

/// What goes back.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The HTTP status; 0 closes the connection without a word.
    pub status: u16,
    /// Beside `Content-Length`, which is added.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// How long to wait before the first byte.
    pub after: Duration,
}

impl Reply {
    /// An answer with a body.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status, headers, body: body.into(), after: Duration::ZERO }
    }

    /// An answer in plain text.
    #[must_use]
    pub fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/plain", body)
    }

    /// An answer in JSON.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// No answer: the connection is closed.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::default()
    }

    /// With one header more.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A body of another kind than the constructor's.
    #[must_use]
    pub fn with_content_type(mut self, content_type: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "content-type");
        self.with_header("content-type", content_type)
    }
}

/// Answers requests. The implementor must not block: waiting is asked for with [`Reply::after`].
pub trait Service: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: &Request) -> Reply;
}

const FORM: &str = "application/x-www-form-urlencoded";

#[cfg(test)]
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.into(),
        peer: SocketAddr::from(([127, 0, 0, 1], 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_no_port_and_keeps_its_brackets() {
        for (header, host) in
            [("A.example:443", "a.example"), ("a.example", "a.example"), ("[::1]:80", "[::1]")]
        {
            assert_eq!(request("GET", "/", &[("host", header)], "").host(), host);
        }
    }

    #[test]
    fn basic_splits_at_the_first_colon() {
        let encoded = BASE64_STANDARD.encode("AWS:a:b");
        let asked = request("GET", "/", &[("authorization", &format!("Basic {encoded}"))], "");

        assert_eq!(asked.basic(), Some(("AWS".into(), "a:b".into())));
    }
}

//! One plain HTTP call, for upstreams that no SDK speaks to.
//!
//! Redirects are not followed: nothing here is asked for by a redirect, and a secret would go along. What
//! failed on the way, or by a passing fault over there, is tried again a few times.

use std::{fmt, time::Duration};

use aws_smithy_runtime_api::{
    client::{http::HttpConnector, orchestrator::HttpRequest},
    http::Headers,
};
use aws_smithy_types::body::SdkBody;
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use zeroize::Zeroizing;

use super::{
    Client, Unreached,
    date::{self, Reading},
};
use crate::{
    deadline,
    failure::{self, garbled, server_error, unreached},
};

/// A request to be sent.
pub(crate) struct Call {
    upstream: &'static str,
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, Zeroizing<String>)>,
    body: Zeroizing<Vec<u8>>,
    patience: Duration,
    attempts: u32,
}

/// What came back, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// The time here and there as the answer came.
    pub(crate) clocks: Reading,
    upstream: &'static str,
}

impl Call {
    /// Asks `upstream`, such as `Entra`, for something.
    pub(crate) fn get(upstream: &'static str, url: impl Into<String>) -> Self {
        Self::new(upstream, "GET", url.into())
    }

    /// Looks at what `upstream` would send.
    pub(crate) fn head(upstream: &'static str, url: impl Into<String>) -> Self {
        Self::new(upstream, "HEAD", url.into())
    }

    /// Sends something to `upstream`.
    pub(crate) fn post(upstream: &'static str, url: impl Into<String>) -> Self {
        Self::new(upstream, "POST", url.into())
    }

    /// Has `upstream` delete something.
    pub(crate) fn delete(upstream: &'static str, url: impl Into<String>) -> Self {
        Self::new(upstream, "DELETE", url.into())
    }

    fn new(upstream: &'static str, method: &'static str, url: String) -> Self {
        Self {
            upstream,
            method,
            url,
            headers: Vec::new(),
            body: Zeroizing::default(),
            patience: failure::PATIENCE,
            attempts: ATTEMPTS,
        }
    }

    /// With one header more; the name is in lower case.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, Zeroizing::new(value.into())));
        self
    }

    /// With a user name and its secret in the header for them.
    pub(crate) fn basic(self, username: &str, secret: &str) -> Self {
        let pair = Zeroizing::new([username, ":", secret].concat());
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        self.header("authorization", ["Basic ", &encoded].concat())
    }

    /// With fields in the body, as a form.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut body = Zeroizing::new(String::new());
        for (name, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            encode_into(&mut body, name);
            body.push('=');
            encode_into(&mut body, value);
        }
        self.body("application/x-www-form-urlencoded", body.as_bytes())
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        let body = Zeroizing::new(serde_json::to_vec(body).unwrap_or_default());
        self.body("application/json", &body)
    }

    fn body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Zeroizing::new(body.to_vec());
        self.header("content-type", content_type)
    }

    /// Waits no longer than that in all, and tries no more often.
    pub(crate) fn within(mut self, patience: Duration, attempts: u32) -> Self {
        (self.patience, self.attempts) = (patience, attempts);
        self
    }

    /// Sends it; any status is an answer.
    ///
    /// # Errors
    /// There is no answer in time, or it is longer than 1 MiB.
    pub(crate) async fn send(self, client: &Client) -> Result<Answer, ExchangeError> {
        let work = tokio::time::timeout(self.patience, self.try_again(client)).await;
        work.unwrap_or_else(|_| Err(deadline::elapsed(self.upstream, self.patience)))
    }

    async fn try_again(&self, client: &Client) -> Result<Answer, ExchangeError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..self.attempts {
            match self.once(client).await {
                Ok(answer) if !answer.is_passing_fault() => return Ok(answer),
                Err(error) if error.kind != ErrorKind::Unavailable => return Err(error),
                _ => tokio::time::sleep(pause).await,
            }
            pause *= 3;
        }
        self.once(client).await
    }

    async fn once(&self, client: &Client) -> Result<Answer, ExchangeError> {
        let request = self.request().ok_or_else(|| {
            ExchangeError::new(
                ErrorKind::Misconfigured,
                "request_invalid",
                format!("no request to {} can be made of these settings", self.upstream),
            )
            .with_hint("look for stray characters in URLs, names and tokens: `shorepass explain HOST`")
        })?;
        let answer = client.plain_connector(&self.url).call(request).await;
        let answer = answer.map_err(|error| unreached(self.upstream, &error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.into_body().collect().await.map_err(|error| {
            let host = super::host_of(&self.url);
            match error.downcast_ref::<http_body_util::LengthLimitError>() {
                Some(_) => garbled(self.upstream),
                None => unreached(self.upstream, &Unreached::while_reading(host, error)),
            }
        })?;
        let body = Zeroizing::new(body.to_bytes().to_vec());
        let clocks = date::reading(date::date(&headers));
        Ok(Answer { status, headers, body, clocks, upstream: self.upstream })
    }

    /// `None` when URL or header cannot be sent.
    fn request(&self) -> Option<HttpRequest> {
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_slice()));
        request.set_method(self.method).ok()?;
        request.set_uri(self.url.as_str()).ok()?;
        let headers = request.headers_mut();
        headers.try_insert("accept", "application/json").ok()?;
        headers.try_insert("user-agent", USER_AGENT).ok()?;
        for (name, value) in &self.headers {
            headers.try_insert(*name, value.to_string()).ok()?;
        }
        if self.method == "POST" {
            headers.try_insert("content-length", self.body.len().to_string()).ok()?;
        }
        Some(request)
    }
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// It is none, or not of this form.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ExchangeError> {
        serde_json::from_slice(&self.body).map_err(|_| garbled(self.upstream))
    }

    /// What every upstream means by these statuses; `None` for a refusal that depends on the call.
    pub(crate) fn general_fault(&self) -> Option<ExchangeError> {
        let after = failure::retry_after(&self.headers);
        match self.status {
            429 => Some(
                ExchangeError::new(
                    ErrorKind::Unavailable,
                    "throttled",
                    format!("{} has had too many requests", self.upstream),
                )
                .with_retry_after(after),
            ),
            status @ (408 | 500..) => Some(server_error(self.upstream, status, after)),
            _ => None,
        }
    }

    /// Worth another try at once, because nobody has asked for patience.
    fn is_passing_fault(&self) -> bool {
        matches!(self.status, 408 | 500 | 502 | 503 | 504) && self.headers.get("retry-after").is_none()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Percent-encoded for a query or a form.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode_into(&mut encoded, text);
    encoded
}

fn encode_into(encoded: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
}

const USER_AGENT: &str = concat!("shorepass/", env!("CARGO_PKG_VERSION"));
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_and_shows_nowhere() {
        let call = Call::post("Entra", "https://login.example/token")
            .form(&[("a b", "x&y=é"), ("secret", "canary")]);

        assert_eq!(call.body.as_slice(), b"a%20b=x%26y%3D%C3%A9&secret=canary");
        assert!(!format!("{call:?}").contains("canary"));
    }

    #[test]
    fn a_login_goes_into_the_header_and_shows_nowhere() {
        let call = Call::get("Quay", "https://quay.example").basic("team+ci", "canary");

        let request = call.request().unwrap();
        assert_eq!(request.headers().get("authorization"), Some("Basic dGVhbStjaTpjYW5hcnk="));
        assert!(!format!("{call:?}").contains("dGVhbStjaTpjYW5hcnk="));
    }

    #[test]
    fn what_cannot_be_sent_makes_no_request() {
        assert!(Call::get("Entra", "no url at all").request().is_none());
        assert!(Call::get("Entra", "https://x.example").header("x", "two\nlines").request().is_none());
        assert!(Call::get("Entra", "https://x.example").header("x", "one").request().is_some());
    }
}

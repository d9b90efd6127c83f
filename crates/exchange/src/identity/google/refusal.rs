//! Google's no, in either of its forms: OAuth's `{"error": "invalid_grant", …}` and the APIs'
//! `{"error": {"status": "PERMISSION_DENIED", …}}`.
//!
//! Words that depend on the call stand with the call. What Google says is looked at and never shown.

use std::fmt;

use serde_json::Value;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::{
    failure::{garbled, server_error},
    http::call::Answer,
};

/// A refusal.
#[derive(Clone, Default)]
pub(super) struct Refusal {
    /// Such as `invalid_grant` or `PERMISSION_DENIED`; empty when the answer was in neither form.
    pub(super) code: String,
    /// Such as `invalid_rapt` or `SERVICE_DISABLED`.
    pub(super) reason: String,
    words: String,
    status: u16,
}

impl Refusal {
    /// Takes an answer apart that is no success.
    ///
    /// # Errors
    /// It is no refusal either, but a fault over there.
    pub(super) fn of(upstream: &str, answer: &Answer) -> Result<Self, ExchangeError> {
        if let Some(fault) = answer.general_fault() {
            return Err(fault);
        }
        let refusal = Self::read(&answer.body, answer.status);
        if ["internal_failure", "server_error", "temporarily_unavailable"].contains(&refusal.code.as_str()) {
            return Err(server_error(upstream, answer.status, None));
        }
        Ok(refusal)
    }

    pub(super) fn read(body: &[u8], status: u16) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let error = &body["error"];
        if error.is_object() {
            let details = error["details"].as_array().into_iter().flatten();
            let reason = details.map(|detail| text(&detail["reason"])).find(|reason| !reason.is_empty());
            return Self {
                code: text(&error["status"]),
                reason: reason.unwrap_or_default(),
                words: text(&error["message"]),
                status,
            };
        }
        Self {
            code: text(error),
            reason: text(&body["error_subtype"]),
            words: text(&body["error_description"]),
            status,
        }
    }

    /// Whether Google's words hold these.
    pub(super) fn says(&self, words: &str) -> bool {
        self.words.to_ascii_lowercase().contains(words)
    }

    /// The word of Google's that comes after these, if it is a plain one.
    pub(super) fn word_after(&self, words: &str) -> Option<&str> {
        let word = self.words.split_once(words)?.1.split_whitespace().next()?;
        is_plain(word).then_some(word)
    }

    /// The error where nothing better is known.
    pub(super) fn explain(&self, upstream: &str) -> ExchangeError {
        if !is_plain(&self.code) {
            return garbled(upstream);
        }
        ExchangeError::new(
            ErrorKind::Unexpected,
            "refused",
            format!("{upstream} answered with the error `{}` (HTTP {})", self.code, self.status),
        )
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({}, HTTP {})", self.code, self.status)
    }
}

/// A scope that an identity cannot give.
pub(super) fn scope_refused() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "scope_refused",
        "the identity cannot give a token of the scope that is asked for",
    )
    .with_hint(
        "use `access = \"full\"`, or give the identity that scope: a machine by \
         `gcloud compute instances set-service-account --scopes=cloud-platform`, a sign-in by \
         `gcloud auth application-default login --scopes=…`",
    )
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.len() <= 64 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let oauth = Refusal::read(
            br#"{"error":"invalid_grant","error_description":"Reauth","error_subtype":"invalid_rapt"}"#,
            400,
        );
        let api = Refusal::read(
            br#"{"error":{"status":"PERMISSION_DENIED","details":[{},{"reason":"SERVICE_DISABLED"}]}}"#,
            403,
        );

        assert_eq!((oauth.code.as_str(), oauth.reason.as_str()), ("invalid_grant", "invalid_rapt"));
        assert!(oauth.says("reauth") && !oauth.says("revoked"));
        assert_eq!((api.code.as_str(), api.reason.as_str()), ("PERMISSION_DENIED", "SERVICE_DISABLED"));
    }

    #[test]
    fn what_is_not_known_is_named_by_its_code_only() {
        let unknown = Refusal::read(br#"{"error":"something_new","error_description":"canary"}"#, 400);

        let error = unknown.explain("Google STS");

        assert_eq!(error.message, "Google STS answered with the error `something_new` (HTTP 400)");
        for garbage in [&b"<html>canary"[..], b"", b"[]", br#"{"error":"can ary"}"#, br#"{"error":7}"#] {
            let error = Refusal::read(garbage, 400).explain("Google STS");

            assert_eq!(error.code, "garbled");
            assert!(!format!("{error:?}").contains("ary\""));
        }
        assert!(!format!("{unknown:?}").contains("canary"));
    }

    #[test]
    fn a_word_is_taken_only_when_it_is_plain() {
        let says = |words: &str| Refusal { words: words.into(), ..Refusal::default() };

        assert_eq!(says("of type ExpiredToken with").word_after("of type "), Some("ExpiredToken"));
        assert_eq!(says("of type <b>canary</b>").word_after("of type "), None);
        assert_eq!(says("nothing").word_after("of type "), None);
    }
}

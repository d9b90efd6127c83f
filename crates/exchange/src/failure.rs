//! From what an SDK reports to what a person can act on.
//!
//! A call ends in one of two ways: refused, with AWS's own error code, or unanswered. Words about a
//! refusal that depend on the call (a role, a web identity token, a sign-in) stand with the call; the
//! words that do not are in `refusal`. No response body gets into a message.

mod connection;
mod refusal;

use std::{
    error::Error,
    io,
    time::{Duration, SystemTime},
};

use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::Headers,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::{clock, deadline, http::date};

pub(crate) use connection::unreached;

/// Why a call brought nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// AWS said no.
    Refused(Refusal),
    /// There was no answer, or none that makes sense.
    Unanswered(ExchangeError),
}

/// AWS's no.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// Such as `AccessDenied`; empty when the answer was not in AWS's form.
    pub(crate) code: String,
    /// In AWS's words: not to be shown as it is.
    pub(crate) message: String,
    status: u16,
    skew: Option<Skew>,
    retry_after: Option<Duration>,
}

/// How far this machine's clock is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skew {
    Ahead(Duration),
    Behind(Duration),
}

impl Failure {
    /// Sorts an error of a call to `upstream`, such as `STS`.
    pub(crate) fn of<E>(upstream: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let unanswered = match error {
            SdkError::ServiceError(context) => {
                return Self::Refused(Refusal::of(context.err(), context.raw()));
            }
            SdkError::TimeoutError(_) => deadline::elapsed(upstream, PATIENCE),
            SdkError::DispatchFailure(_) if connection::was_tried(error) => unreached(upstream, error),
            SdkError::ResponseError(context) if context.raw().status().is_server_error() => {
                server_error(upstream, context.raw().status().as_u16(), retry_after(context.raw().headers()))
            }
            SdkError::ResponseError(_) => garbled(upstream),
            _ => ExchangeError::new(
                ErrorKind::Misconfigured,
                "request_invalid",
                format!(
                    "no request to {upstream} can be made of these settings of region, endpoint and keys"
                ),
            )
            .with_hint("look for stray characters in the keys, in `AWS_REGION` and in `AWS_ENDPOINT_URL`"),
        };
        Self::Unanswered(unanswered)
    }

    /// The error, by the words that do for every call. `allow` is what the identity must be allowed.
    pub(crate) fn explain(self, upstream: &str, allow: &str) -> ExchangeError {
        match self {
            Self::Refused(refusal) => refusal.explain(upstream, allow),
            Self::Unanswered(error) => error,
        }
    }
}

impl Refusal {
    fn of(error: &(impl ProvideErrorMetadata + ?Sized), raw: &HttpResponse) -> Self {
        let code = error.code().unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or_default();
        Self {
            code: code.split(':').next().unwrap_or_default().to_owned(),
            message: error.message().unwrap_or_default().to_owned(),
            status: raw.status().as_u16(),
            skew: skew(raw.headers(), clock::now()),
            retry_after: retry_after(raw.headers()),
        }
    }
}

#[cfg(test)]
impl Refusal {
    /// What AWS would say.
    pub(crate) fn for_tests(code: &str, message: &str) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, skew: None, retry_after: None }
    }
}

/// Why a file or program cannot be used, as a fragment.
pub(crate) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        kind => kind.to_string(),
    }
}

/// An answer that is not what was asked for.
pub(crate) fn garbled(upstream: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "garbled", format!("the answer of {upstream} makes no sense"))
        .with_hint("if a proxy stands in between, check what it answers: `HTTPS_PROXY`")
}

/// A fault on the other side.
pub(crate) fn server_error(upstream: &str, status: u16, retry_after: Option<Duration>) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unavailable,
        "server_error",
        format!("{upstream} has a fault of its own (HTTP {status})"),
    )
    .with_retry_after(retry_after)
}

/// How long the other side wants to be left alone, in seconds or as a date; an hour at most.
pub(crate) fn retry_after(headers: &Headers) -> Option<Duration> {
    let text = headers.get("retry-after")?.trim();
    let after = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => date::parse(text)?.duration_since(clock::now()).ok()?,
    };
    Some(after.min(LONGEST_RETRY_AFTER))
}

fn skew(headers: &Headers, now: SystemTime) -> Option<Skew> {
    let theirs = date::date(headers)?;
    let skew = match now.duration_since(theirs) {
        Ok(ahead) => Skew::Ahead(ahead),
        Err(behind) => Skew::Behind(behind.duration()),
    };
    let (Skew::Ahead(by) | Skew::Behind(by)) = skew;
    (by >= TOLERATED_SKEW).then_some(skew)
}

/// How long one call may take, its retries included.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);

/// Signatures are good for five minutes to either side.
const TOLERATED_SKEW: Duration = Duration::from_secs(4 * 60);
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_skew_is_read_from_the_date_of_the_answer() {
        let headers = |date: &'static str| {
            let mut headers = Headers::new();
            headers.insert("date", date);
            headers
        };
        let noon = UNIX_EPOCH + Duration::from_secs(1_767_268_800);

        let ahead = skew(&headers("Thu, 01 Jan 2026 11:00:00 GMT"), noon);
        let near = skew(&headers("Thu, 01 Jan 2026 12:01:00 GMT"), noon);
        let behind = skew(&headers("Thu, 01 Jan 2026 13:00:00 GMT"), noon);

        assert_eq!(ahead, Some(Skew::Ahead(Duration::from_secs(3600))));
        assert_eq!(near, None);
        assert_eq!(behind, Some(Skew::Behind(Duration::from_secs(3600))));
    }

    #[test]
    fn retry_after_is_bounded() {
        let mut headers = Headers::new();
        assert_eq!(retry_after(&headers), None);
        headers.insert("retry-after", "7");
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
        headers.insert("retry-after", "99999999");
        assert_eq!(retry_after(&headers), Some(LONGEST_RETRY_AFTER));
    }
}

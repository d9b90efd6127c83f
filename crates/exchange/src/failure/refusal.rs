//! AWS's error codes, as kinds by what to do.
//!
//! The short codes of the query protocol (STS) and the long ones of JSON services stand side by side:
//! `AccessDenied` and `AccessDeniedException`, `Throttling` and `ThrottlingException`.

use shorepass_core::exchange::{
    ErrorKind::{Denied, Misconfigured, Unavailable, Unexpected},
    ExchangeError,
};

use super::{Refusal, Skew, server_error};
use crate::clock;

impl Refusal {
    /// The words that do for every call.
    pub(crate) fn explain(&self, upstream: &str, allow: &str) -> ExchangeError {
        let skewed = self.message.contains("Signature expired") || self.message.contains("not yet current");
        match self.code.as_str() {
            code if is_throttle(code) || self.status == 429 => ExchangeError::new(
                Unavailable,
                "throttled",
                format!("{upstream} has had too many requests of this account"),
            )
            .with_retry_after(self.retry_after),

            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
                ExchangeError::new(Denied, "access_denied", format!("AWS refused: {}", self.quote()))
                    .with_hint(format!("allow the identity {allow}"))
            }
            "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
                ExchangeError::new(
                    Denied,
                    "unknown_key",
                    format!("{upstream} does not know the access key or the session token"),
                )
                .with_hint(
                    "check that the key is active and belongs to this partition, and that the region is enabled \
                     for the account: `aws sts get-caller-identity`",
                )
            }
            code if self.is_expired() && code != "RequestExpired" => {
                ExchangeError::new(Denied, "session_expired", "the AWS session has expired")
                    .with_hint("get new session credentials, then run the command again")
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" if self.skew.is_none() && !skewed => {
                ExchangeError::new(
                    Denied,
                    "signature_mismatch",
                    "the secret key is not the one that belongs to the access key",
                )
                .with_hint("check `AWS_SECRET_ACCESS_KEY`, or the keys of the profile: `aws configure`")
            }
            "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "RequestInTheFuture" => self.wrong_clock(),

            "RegionDisabledException" | "OptInRequired" => ExchangeError::new(
                Denied,
                "region_disabled",
                format!("{upstream} is not enabled in this region for the account"),
            )
            .with_hint("enable the region for the account, or name another one in `AWS_REGION`"),

            "InvalidParameterException"
            | "InvalidParameterValue"
            | "ValidationError"
            | "ValidationException" => ExchangeError::new(
                Misconfigured,
                "invalid_parameter",
                format!("{upstream} does not accept a value of the request"),
            )
            .with_hint("check account, region and role in the configuration: `shorepass config check`"),

            "UnsupportedCommandException" => ExchangeError::new(
                Misconfigured,
                "unsupported_region",
                format!("{upstream} does not have this call in this region"),
            ),
            _ if self.status >= 500 || self.code == "ServerException" => {
                server_error(upstream, self.status, self.retry_after)
            }
            code if is_plain(code) => ExchangeError::new(
                Unexpected,
                "refused",
                format!("{upstream} answered with the error `{code}` (HTTP {})", self.status),
            ),
            _ => ExchangeError::new(
                Unexpected,
                "garbled",
                format!("{upstream} answered HTTP {}, but not in the form of AWS", self.status),
            )
            .with_hint("if a proxy stands in between, check what it answers: `HTTPS_PROXY`"),
        }
    }

    /// Whether it is about a session or token that has ended.
    pub(crate) fn is_expired(&self) -> bool {
        matches!(self.code.as_str(), "ExpiredToken" | "ExpiredTokenException" | "RequestExpired")
    }

    /// Whether it is about a permission.
    pub(crate) fn is_access_denied(&self) -> bool {
        matches!(self.code.as_str(), "AccessDenied" | "AccessDeniedException")
    }

    /// AWS's words, for those codes whose words name no more than who may not do what.
    pub(crate) fn quote(&self) -> String {
        let words: String = self.message.chars().filter(|c| !c.is_control()).take(LONGEST_QUOTE).collect();
        let words = words.trim().trim_end_matches('.');
        if words.is_empty() { "no reason was given".into() } else { words.to_owned() }
    }

    fn wrong_clock(&self) -> ExchangeError {
        let words = match self.skew {
            Some(Skew::Ahead(by)) => {
                format!("this machine's clock is {} ahead of AWS's", clock::show_span(by))
            }
            Some(Skew::Behind(by)) => {
                format!("this machine's clock is {} behind AWS's", clock::show_span(by))
            }
            None => "AWS says that this machine's clock is wrong".into(),
        };
        ExchangeError::new(Denied, "clock_skew", words)
            .with_hint("set the clock, on most Linux systems by `timedatectl set-ntp true`")
    }
}

fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown"
            | "LimitExceededException"
    )
}

fn is_plain(code: &str) -> bool {
    !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

const LONGEST_QUOTE: usize = 400;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shorepass_core::exchange::ErrorKind;

    use super::*;

    #[test]
    fn every_code_says_what_to_do() {
        for (code, status, kind, ours) in [
            ("AccessDeniedException", 400, Denied, "access_denied"),
            ("UnrecognizedClientException", 400, Denied, "unknown_key"),
            ("InvalidClientTokenId", 403, Denied, "unknown_key"),
            ("ExpiredToken", 403, Denied, "session_expired"),
            ("ExpiredTokenException", 400, Denied, "session_expired"),
            ("SignatureDoesNotMatch", 403, Denied, "signature_mismatch"),
            ("RequestTimeTooSkewed", 403, Denied, "clock_skew"),
            ("RegionDisabledException", 403, Denied, "region_disabled"),
            ("Throttling", 400, Unavailable, "throttled"),
            ("", 429, Unavailable, "throttled"),
            ("ServerException", 500, Unavailable, "server_error"),
            ("", 503, Unavailable, "server_error"),
            ("InvalidParameterException", 400, Misconfigured, "invalid_parameter"),
            ("UnsupportedCommandException", 400, Misconfigured, "unsupported_region"),
            ("SomethingNew", 400, Unexpected, "refused"),
            ("<html>", 403, Unexpected, "garbled"),
            ("", 403, Unexpected, "garbled"),
        ] {
            assert_eq!(explained(&refusal(code, status)), (kind, ours.to_owned()), "{code} {status}");
        }
    }

    #[test]
    fn a_signature_that_fails_under_a_wrong_clock_is_the_clocks_fault() {
        let mut refusal = refusal("InvalidSignatureException", 403);
        refusal.skew = Some(Skew::Behind(Duration::from_secs(1200)));

        let error = refusal.explain("ECR", "nothing");

        assert_eq!(error.code, "clock_skew");
        assert_eq!(error.message, "this machine's clock is 20 min behind AWS's");
    }

    #[test]
    fn quoted_words_are_short_and_on_one_line() {
        let mut refusal = refusal("AccessDenied", 403);
        refusal.message = format!("User: x\n{}.", "y".repeat(9000));

        let quote = refusal.quote();

        assert!(quote.starts_with("User: xyyy") && quote.len() <= LONGEST_QUOTE, "{quote}");
    }

    fn refusal(code: &str, status: u16) -> Refusal {
        Refusal { status, ..Refusal::for_tests(code, "") }
    }

    fn explained(refusal: &Refusal) -> (ErrorKind, String) {
        let error = refusal.explain("ECR", "`ecr:GetAuthorizationToken` on `*`");
        (error.kind, error.code)
    }
}

//! GitHub's REST API: where it is, how it is spoken to, and its no.

use std::time::Duration;

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::Github;
use crate::{
    clock, failure,
    http::call::{Answer, Call},
};

impl Github<'_> {
    /// The URL that the API's paths are appended to.
    pub(super) fn api(&self) -> String {
        match &self.identity.api_endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => of_server(self.server),
        }
    }
}

fn of_server(server: &str) -> String {
    if server == "github.com" || server.ends_with(".ghe.com") {
        format!("https://api.{server}")
    } else {
        format!("https://{server}/api/v3")
    }
}

/// With what every call to it must carry.
pub(super) fn dressed(call: Call, bearer: &str) -> Call {
    call.header("accept", "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28")
        .header("authorization", format!("Bearer {bearer}"))
}

/// What it says of a refusal: not to be shown.
pub(super) fn words(answer: &Answer) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Body {
        message: String,
    }
    serde_json::from_slice::<Body>(&answer.body).unwrap_or_default().message.to_ascii_lowercase()
}

/// What is no refusal of this caller: faults over there, and too many requests, which come as 403, too.
pub(super) fn passing(answer: &Answer) -> Option<ExchangeError> {
    if let Some(error) = answer.general_fault() {
        return Some(error);
    }
    let is_over = answer.headers.get("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    let asked_for = failure::retry_after(&answer.headers);
    let is_throttled = answer.status == 403 && (is_over || asked_for.is_some());
    is_throttled.then(|| {
        ExchangeError::new(
            ErrorKind::Unavailable,
            "throttled",
            format!("{UPSTREAM} has had too many requests"),
        )
        .with_retry_after(asked_for.or_else(|| until_reset(answer)))
    })
}

/// How long until the hour is over in which there were too many, by the clock over there.
fn until_reset(answer: &Answer) -> Option<Duration> {
    let reset: u64 = answer.headers.get("x-ratelimit-reset")?.trim().parse().ok()?;
    let left = reset.saturating_sub(clock::since_epoch_ms(answer.clocks.there) / 1000);
    Some(Duration::from_secs(left.min(3600)))
}

pub(super) const UPSTREAM: &str = "GitHub's API";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_its_api() {
        assert_eq!(of_server("github.com"), "https://api.github.com");
        assert_eq!(of_server("octocorp.ghe.com"), "https://api.octocorp.ghe.com");
        assert_eq!(of_server("github.corp.example"), "https://github.corp.example/api/v3");
    }
}

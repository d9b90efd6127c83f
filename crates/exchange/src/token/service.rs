//! The token services of CI systems: a job asks with what its variables hold.
//!
//! What a job asks with is as good as the token, and so are the queries of some URLs: neither is shown.

use std::{env, time::Duration};

use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{fetched::Fetched, missing, of_json};
use crate::{
    failure::garbled,
    http::{
        Client,
        call::{Answer, Call},
        may_have_secrets,
    },
};

/// A token service, and how it says no.
pub(super) struct Service {
    /// As it is named in messages.
    pub(super) name: &'static str,
    /// Which field of its answer is the token.
    pub(super) field: &'static str,
    /// For an answer that is no token: its status is all that is known.
    pub(super) refused: fn(u16) -> ExchangeError,
    /// Whether a page for people means no, as where a sign-in page stands before the service.
    pub(super) has_sign_in_page: bool,
}

impl Service {
    /// Asks until there is an answer or no more patience.
    pub(super) async fn ask(
        &self,
        client: &Client,
        call: impl Fn() -> Call,
    ) -> Result<Fetched, ExchangeError> {
        let mut answer = self.once(client, &call).await?;
        for _ in 1..THROTTLED_ATTEMPTS {
            let Some(pause) = wait_of(&answer) else { break };
            tokio::time::sleep(pause).await;
            answer = self.once(client, &call).await?;
        }
        if let Some(error) = answer.general_fault() {
            return Err(error);
        }
        if !answer.is_success() || (self.has_sign_in_page && is_page(&answer)) {
            return Err((self.refused)(answer.status));
        }
        let token = of_json(&answer.body, self.field).ok_or_else(|| garbled(self.name))?;
        Ok(Fetched::dated(token, answer.clocks.there))
    }

    async fn once(&self, client: &Client, call: &impl Fn() -> Call) -> Result<Answer, ExchangeError> {
        call().within(PATIENCE, ATTEMPTS).send(client).await
    }
}

/// The value of a variable that is there and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// A URL that the job's secret may be sent to. Its query is not shown.
pub(super) fn secure(name: &str, url: String) -> Result<String, ExchangeError> {
    if may_have_secrets(&url) {
        return Ok(url);
    }
    let message = format!("`{name}` is no `https://` URL, so the job's token is not sent there");
    Err(missing(message).with_hint(format!("correct `{name}` where the client runs")))
}

fn wait_of(answer: &Answer) -> Option<Duration> {
    let error = answer.general_fault().filter(|_| answer.status == 429)?;
    Some(error.retry_after.unwrap_or(SHORT_WAIT)).filter(|wait| *wait <= LONGEST_WAIT)
}

fn is_page(answer: &Answer) -> bool {
    let is_html = answer.headers.get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    answer.status == 203 || is_html || answer.body.trim_ascii_start().starts_with(b"<")
}

/// A refusal by a token service, whose status is all that is shown.
pub(super) fn no_token(service: &str, status: u16, hint: &str) -> ExchangeError {
    let message = format!("{service} gives this job no token (HTTP {status})");
    ExchangeError::new(ErrorKind::Denied, "job_token_refused", message).with_hint(hint)
}

/// For whatever else than the question is refused.
pub(super) fn job_has_ended(service: &str, status: u16) -> ExchangeError {
    let hint =
        "what a job asks with counts only while it runs: run this in the job itself, or start the job again";
    no_token(service, status, hint)
}

/// A job asks for nothing else meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);
/// With the pauses of a call between them, about eight seconds.
const ATTEMPTS: u32 = 5;
const THROTTLED_ATTEMPTS: u32 = 3;
const SHORT_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

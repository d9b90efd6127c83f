//! A job of CircleCI: the token for its own organization is in a variable; one for anybody else is made by
//! CircleCI's program, since there is no documented service to ask.

use std::time::Duration;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::CircleciSource,
};
use tokio::process::Command;

use super::{missing, service::variable};
use crate::{
    deadline::Progress,
    program::{self, Failed},
};

pub(super) async fn fetch(source: &CircleciSource, progress: &Progress) -> Result<String, ExchangeError> {
    match &source.audience {
        Some(audience) => made_for(audience, progress).await,
        None => TOKENS.iter().find_map(|name| variable(name)).ok_or_else(no_token),
    }
}

async fn made_for(audience: &str, progress: &Progress) -> Result<String, ExchangeError> {
    progress.waits_for("CircleCI's program");
    let claims = serde_json::json!({ "aud": audience }).to_string();
    let mut process = Command::new("circleci");
    process.args(["run", "oidc", "get", "--claims", &claims]);
    let output = program::output(process, PATIENCE).await.map_err(|failed| not_made(&failed))?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

fn no_token() -> ExchangeError {
    let [token, _] = TOKENS;
    match variable("CIRCLECI") {
        None => missing(format!("this is no job of CircleCI: `{token}` is not set"))
            .with_hint("run it in a job of CircleCI, where every job has a token"),
        Some(_) => missing(format!("the job of CircleCI has no token: `{token}` is not set"))
            .with_hint(format!("hand `{token}` of the job on to where the client runs")),
    }
}

fn not_made(failed: &Failed) -> ExchangeError {
    let message = format!("CircleCI's program, `circleci run oidc get`, {}", failed.words());
    match failed {
        Failed::Slow(_) => ExchangeError::new(ErrorKind::Unavailable, "token_unavailable", message),
        Failed::Absent => missing(message).with_hint(
            "run it in a job of CircleCI, whose program `circleci` must be found by way of `PATH`",
        ),
        Failed::Otherwise(_) => missing(message).with_hint(
            "to see why, run it in the job: `circleci run oidc get --claims '{\"aud\":\"AUDIENCE\"}'`",
        ),
    }
}

const TOKENS: [&str; 2] = ["CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"];
const PATIENCE: Duration = Duration::from_secs(30);

//! The gcloud CLI's own account: its variables for a token that somebody gave, else the CLI itself.
//!
//! The library's way is `application-default login`; this is for people who only ran `gcloud auth login`.

use std::{path::Path, time::Duration};

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use tokio::process::Command;

use super::{
    Google,
    granted::{AccessToken, Granted, secret},
    misconfigured,
    settings::Settings,
};
use crate::{
    clock, deadline,
    http::date,
    program::{self, Failed},
    token,
};

/// Whether somebody has signed in with gcloud, or has given it a token.
pub(super) fn is_present(settings: &Settings) -> bool {
    let is_set = |name: &&str| settings.variable(name).is_some();
    let has_accounts =
        || settings.gcloud_folder().is_some_and(|folder| folder.join("credentials.db").exists());
    GIVEN_TOKENS.iter().any(is_set) || is_set(&"CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE") || has_accounts()
}

/// The token of gcloud's account.
pub(super) async fn token(google: &Google<'_>) -> Result<Granted, ExchangeError> {
    let settings = &google.settings;
    if GIVEN_TOKENS.iter().any(|name| settings.variable(name).is_some())
        && settings.variable("CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT").is_some()
    {
        return Err(misconfigured(
            "gcloud_failed",
            "a token is given to gcloud, and `CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT` names another identity",
        )
        .with_hint("name the account as `service_account` of an `[identity.NAME]`, or unset the variable"));
    }
    if let Some(text) = settings.variable("CLOUDSDK_AUTH_ACCESS_TOKEN") {
        return given(&text);
    }
    if let Some(path) = settings.variable("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE") {
        let bytes = crate::file::bytes(Path::new(&path), LONGEST).map_err(|why| {
            misconfigured("token_missing", format!("the token file `{path}` cannot be used: {why}"))
                .with_hint("check `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`")
        })?;
        return given(&String::from_utf8_lossy(&bytes));
    }
    google.progress.waits_for("gcloud");
    match program::output(command(), PATIENCE).await {
        Ok(output) => parse(&output).map(|token| Granted::to(None, token)),
        Err(Failed::Slow(limit)) => Err(deadline::elapsed("gcloud", limit)),
        Err(Failed::Absent) => Err(misconfigured("gcloud_failed", "the gcloud CLI was not found")
            .with_hint("install it, or put it into the `PATH` of the shell that the client runs in")),
        Err(failed) => Err(broken(&failed.words())),
    }
}

fn given(text: &str) -> Result<Granted, ExchangeError> {
    token::checked(text).map(|secret| Granted::to(None, AccessToken::given(secret)))
}

/// A fresh token, for the one at hand may be about to end.
fn command() -> Command {
    let mut command = Command::new(if cfg!(windows) { "gcloud.cmd" } else { "gcloud" });
    command
        .args(["config", "config-helper", "--force-auth-refresh", "--format=json"])
        .env("CLOUDSDK_CORE_DISABLE_PROMPTS", "1");
    command
}

#[derive(Deserialize)]
struct Answer {
    credential: Credential,
}

#[derive(Deserialize)]
struct Credential {
    #[serde(deserialize_with = "secret")]
    access_token: Secret,
    token_expiry: Option<String>,
}

fn parse(output: &[u8]) -> Result<AccessToken, ExchangeError> {
    let Answer { credential } =
        serde_json::from_slice(output).map_err(|_| broken("did not write a credential"))?;
    let access_token = token::checked(credential.access_token.expose())?;
    match credential.token_expiry {
        None => Ok(AccessToken::given(access_token)),
        Some(expiry) => {
            let end = clock::parse(&expiry).ok_or_else(|| broken("wrote a time that is none"))?;
            // Reckoned by gcloud on this machine.
            AccessToken::ending("gcloud", access_token, end, date::reading(None))
        }
    }
}

fn broken(why: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "gcloud_failed", format!("the gcloud CLI gave no token: it {why}"))
        .with_hint(
            "sign in with `gcloud auth login`, and see what is wrong by `gcloud auth print-access-token`",
        )
}

const GIVEN_TOKENS: [&str; 2] = ["CLOUDSDK_AUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"];
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_gclouds_and_unknown_without_it() {
        let end = clock::show(clock::now() + Duration::from_secs(3600));
        let with =
            parse(format!(r#"{{"credential":{{"access_token":"t","token_expiry":"{end}"}}}}"#).as_bytes());
        let without = parse(br#"{"credential":{"access_token":"t"}}"#);

        assert!((3_590_000..=3_600_000).contains(&with.unwrap().life_ms));
        assert_eq!(without.unwrap().life_ms, 300_000);
    }

    #[test]
    fn what_is_no_credential_is_not_repeated() {
        for (output, code) in [
            ("canary", "gcloud_failed"),
            (r#"{"credential":{"access_token":"a canary"}}"#, "token_missing"),
            (r#"{"credential":{"access_token":"canary","token_expiry":"canary"}}"#, "gcloud_failed"),
            (
                r#"{"credential":{"access_token":"canary","token_expiry":"2020-01-01T00:00:00Z"}}"#,
                "already_expired",
            ),
        ] {
            let error = parse(output.as_bytes()).unwrap_err();

            assert_eq!(error.code, code);
            assert!(!format!("{error:?}").contains("canary"));
        }
    }
}

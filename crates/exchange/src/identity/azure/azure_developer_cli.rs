//! Somebody's sign-in to the Azure Developer CLI: `azd auth token`.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use tokio::process::Command;

use super::{
    AccessToken, Azure,
    chain::{Looked, Miss, absent},
    scope,
};
use crate::{
    clock, deadline,
    program::{self, Failed},
};

pub(super) async fn look(azure: &Azure<'_>, resource: &str) -> Looked {
    azure.progress.waits_for("the Azure Developer CLI");
    let mut azd = Command::new("azd");
    azd.args(["auth", "token", "-o", "json", "--no-prompt", "--scope", &scope(resource)]);
    if let Some(tenant) = &azure.identity.tenant_id {
        azd.args(["--tenant-id", tenant]);
    }
    match program::output(azd, PATIENCE).await {
        Ok(output) => parse(&output).ok_or_else(|| Miss::Failed(failed("wrote something else than a token"))),
        Err(Failed::Absent) => absent("no `azd` on the PATH"),
        Err(Failed::Slow(limit)) => Err(Miss::Failed(deadline::elapsed("the Azure Developer CLI", limit))),
        Err(Failed::Otherwise(_)) if !has_sign_in(azure) => absent("nobody signed in to `azd`"),
        Err(failure) => Err(Miss::Failed(failed(&failure.words()))),
    }
}

fn failed(why: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Denied,
        "azure_developer_cli_failed",
        format!("the Azure Developer CLI, `azd`, {why}"),
    )
    .with_hint(
        "see what is wrong with it by `azd auth login --check-status`, or sign in again: `azd auth login`",
    )
}

fn has_sign_in(azure: &Azure<'_>) -> bool {
    let folder = azure.variable("AZD_CONFIG_DIR").map(PathBuf::from).or_else(|| {
        let home = azure.variable("HOME").or_else(|| azure.variable("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".azd"))
    });
    folder.is_some_and(|folder| folder.join("auth").is_dir())
}

fn parse(output: &[u8]) -> Option<AccessToken> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Written {
        token: String,
        expires_on: String,
    }
    let written: Written = serde_json::from_slice(output).ok()?;
    let life = clock::parse(&written.expires_on)?.duration_since(clock::now()).unwrap_or_default();
    let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
    Some(AccessToken { secret: Secret::new(written.token), life_ms })
}

const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_an_end() {
        let life = |text: &str| parse(text.as_bytes()).map(|token| token.life_ms);

        assert!(life(r#"{"token":"x","expiresOn":"2100-01-01T00:00:00Z"}"#).unwrap() > 0);
        assert_eq!(life(r#"{"token":"x","expiresOn":"2020-01-01T00:00:00Z"}"#), Some(0));
        assert_eq!(life(r#"{"token":"x"}"#), None);
        assert_eq!(life("canary"), None);
    }
}

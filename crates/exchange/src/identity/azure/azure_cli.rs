//! Somebody's sign-in to the Azure CLI: `az account get-access-token`.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;
use serde_json::Value;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use tokio::process::Command;

use super::{
    AccessToken, Azure,
    chain::{Looked, Miss, absent},
    scope,
};
use crate::{
    clock, deadline, file,
    program::{self, Failed},
};

pub(super) async fn look(azure: &Azure<'_>, resource: &str) -> Looked {
    azure.progress.waits_for("the Azure CLI");
    let mut az = Command::new(if cfg!(windows) { "az.cmd" } else { "az" });
    az.args(["account", "get-access-token", "-o", "json", "--scope", &scope(resource)]);
    if let Some(tenant) = &azure.identity.tenant_id {
        az.args(["--tenant", tenant]);
    }
    if let Some(subscription) = &azure.identity.subscription {
        az.args(["--subscription", subscription]);
    }
    match program::output(az, PATIENCE).await {
        Ok(output) => parse(&output, clock::since_epoch_ms(clock::now()))
            .ok_or_else(|| Miss::Failed(failed("wrote something else than a token"))),
        Err(Failed::Absent) => absent("no `az` on the PATH"),
        Err(Failed::Slow(limit)) => Err(Miss::Failed(deadline::elapsed("the Azure CLI", limit))),
        Err(Failed::Otherwise(_)) if !has_sign_in(azure) => absent("nobody signed in to `az`"),
        Err(failure) => Err(Miss::Failed(failed(&failure.words()))),
    }
}

fn failed(why: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "azure_cli_failed", format!("the Azure CLI, `az`, {why}"))
        .with_hint("see what is wrong with it by `az account get-access-token`, or sign in again: `az login`")
}

/// Whether its profile knows anybody. What it says on failure is thrown away, so this tells the two apart.
fn has_sign_in(azure: &Azure<'_>) -> bool {
    let folder = azure.variable("AZURE_CONFIG_DIR").map(PathBuf::from).or_else(|| {
        let home = azure.variable("HOME").or_else(|| azure.variable("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".azure"))
    });
    let profile =
        folder.and_then(|folder| file::bytes(&folder.join("azureProfile.json"), LONGEST_PROFILE).ok());
    profile.is_some_and(|profile| knows_anybody(&String::from_utf8_lossy(&profile)))
}

/// The file begins with a byte order mark.
fn knows_anybody(profile: &str) -> bool {
    let profile: Option<Value> = serde_json::from_str(profile.trim_start_matches('\u{feff}')).ok();
    profile.is_some_and(|profile| profile["subscriptions"].as_array().is_some_and(|known| !known.is_empty()))
}

/// `expiresOn` is a local time without its zone, so it is of no use.
fn parse(output: &[u8], now_ms: u64) -> Option<AccessToken> {
    #[derive(Deserialize)]
    struct Written {
        #[serde(rename = "accessToken")]
        access_token: String,
        /// Seconds since 1970; not written before version 2.54.
        expires_on: Option<u64>,
    }
    let written: Written = serde_json::from_slice(output).ok()?;
    let life_ms =
        written.expires_on.map_or(LEAST_LIFE_MS, |at| at.saturating_mul(1000).saturating_sub(now_ms));
    Some(AccessToken { secret: Secret::new(written.access_token), life_ms })
}

const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST_PROFILE: u64 = 16 * 1024 * 1024;

/// It renews tokens that have less than this.
const LEAST_LIFE_MS: u64 = 5 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_read_where_it_is_written_and_assumed_elsewhere() {
        let life = |text: &str| parse(text.as_bytes(), 1_000_000).map(|token| token.life_ms);

        assert_eq!(
            life(r#"{"accessToken":"x","expires_on":1600,"expiresOn":"2026-01-01 00:00:00.0"}"#),
            Some(600_000)
        );
        assert_eq!(life(r#"{"accessToken":"x","expiresOn":"2026-01-01 00:00:00.0"}"#), Some(300_000));
        assert_eq!(life(r#"{"accessToken":"x","expires_on":7}"#), Some(0));
        assert_eq!(life("WARNING: canary"), None);
    }

    #[test]
    fn a_profile_without_subscriptions_knows_nobody() {
        assert!(knows_anybody("\u{feff}{\"subscriptions\":[{\"id\":\"x\"}]}"));
        for text in ["", "{}", "{\"subscriptions\":[]}", "canary"] {
            assert!(!knows_anybody(text), "{text}");
        }
    }
}

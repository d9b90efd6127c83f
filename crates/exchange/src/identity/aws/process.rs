//! Credentials from a command of the user's: `credential_process`.
//!
//! Run by the shell as the SDKs do. Of the command only the program is ever named.

use std::time::Duration;

use aws_credential_types::Credentials;
use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use tokio::process::Command;

use super::{Aws, Found, Source};
use crate::{
    clock, deadline,
    program::{self, Failed},
};

/// Runs the command.
pub(super) async fn run(aws: &Aws<'_>, command: &str, profile: &str) -> Result<Found, ExchangeError> {
    aws.progress.waits_for("the `credential_process`");
    let program = program(command);
    let failed = |why: &str| {
        ExchangeError::new(
            ErrorKind::Denied,
            "credential_process_failed",
            format!("the `credential_process` of the profile `{profile}`, `{program}`, {why}"),
        )
        .with_hint(format!("see what is wrong with it by `aws sts get-caller-identity --profile {profile}`"))
    };

    match program::output(shell(command), PATIENCE).await {
        Ok(output) => parse(&output).map_err(|why| failed(&why)),
        Err(Failed::Slow(limit)) => Err(deadline::elapsed("the `credential_process`", limit)),
        Err(other) => Err(failed(&other.words())),
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    version: u64,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

fn parse(output: &[u8]) -> Result<Found, String> {
    let answer: Answer = serde_json::from_slice(output)
        .map_err(|_| "did not write the JSON object that the AWS SDKs expect".to_owned())?;
    if answer.version != 1 {
        return Err(format!("wrote version {} of the object, not 1", answer.version));
    }
    let expiry = match &answer.expiration {
        Some(text) => Some(clock::parse(text).ok_or("wrote an `Expiration` that is no time")?),
        None => None,
    };
    if let Some(ended) = expiry.filter(|at| *at <= clock::now()) {
        return Err(format!("handed out credentials that ended at {}", clock::show(ended)));
    }
    let credentials = Credentials::new(
        answer.access_key_id,
        answer.secret_access_key,
        answer.session_token,
        expiry,
        "process",
    );
    Ok(Found { credentials, source: Source::Fetched })
}

/// The first word, quoted or not.
fn program(command: &str) -> String {
    let command = command.trim();
    let word = match command.chars().next() {
        Some(quote @ ('"' | '\'')) => command[1..].split(quote).next(),
        _ => command.split_whitespace().next(),
    };
    let word = word.unwrap_or_default();
    // `NAME=value program`: the value may be anything.
    if word.contains('=') { "a shell command".into() } else { word.replace('`', "") }
}

const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_of_a_command_is_named() {
        for (command, named) in [
            ("aws-vault exec prod --json", "aws-vault"),
            (" '/opt/my tools/creds' --token canary", "/opt/my tools/creds"),
            ("\"C:\\creds.exe\" canary", "C:\\creds.exe"),
            ("TOKEN=canary creds", "a shell command"),
            ("", ""),
        ] {
            assert_eq!(program(command), named);
        }
    }

    #[test]
    fn the_object_is_checked_without_repeating_it() {
        let key = r#""AccessKeyId":"AKIA","SecretAccessKey":"canary""#;
        let good = parse(format!(r#"{{"Version":1,{key}}}"#).as_bytes()).unwrap();
        let bad = [
            parse(b"canary"),
            parse(format!(r#"{{"Version":2,{key}}}"#).as_bytes()),
            parse(format!(r#"{{"Version":1,{key},"Expiration":"canary"}}"#).as_bytes()),
            parse(format!(r#"{{"Version":1,{key},"Expiration":"2020-01-01T00:00:00Z"}}"#).as_bytes()),
        ];

        assert_eq!(good.credentials.access_key_id(), "AKIA");
        for answer in bad {
            assert!(!answer.unwrap_err().contains("canary"));
        }
    }
}

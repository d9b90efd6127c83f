//! Credentials from a command of the user's: `credential_process`.
//!
//! Run by the shell as the SDKs do, without a terminal. What it writes to stderr is thrown away: a tool
//! may print there what nobody should see. Of the command only the program is ever named.

use std::{process::Stdio, time::Duration};

use aws_credential_types::Credentials;
use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use tokio::{io::AsyncReadExt, process::Command};

use super::{Aws, Found, Source};
use crate::{clock, deadline, failure::io_words};

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

    let work = async {
        let mut shell = shell(command);
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child =
            shell.spawn().map_err(|e| failed(&format!("could not be started: {}", io_words(&e))))?;
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(LONGEST_OUTPUT + 1).read_to_end(&mut output).await;
            read.map_err(|e| failed(&format!("could not be read: {}", io_words(&e))))?;
        }
        if output.len() as u64 > LONGEST_OUTPUT {
            return Err(failed("wrote too much"));
        }
        let status = child.wait().await.map_err(|e| failed(&format!("was lost: {}", io_words(&e))))?;
        match status.code() {
            Some(0) => parse(&output).map_err(|why| failed(&why)),
            Some(127) => Err(failed("was not found")),
            Some(code) => Err(failed(&format!("ended with exit status {code}"))),
            None => Err(failed("was ended by a signal")),
        }
    };
    let waited = tokio::time::timeout(PATIENCE, work).await;
    waited.unwrap_or_else(|_| Err(deadline::elapsed("the `credential_process`", PATIENCE)))
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

const LONGEST_OUTPUT: u64 = 64 * 1024;
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

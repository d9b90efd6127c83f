//! Subject tokens from a program of the user's (AIP-4117).
//!
//! Run without a shell, only where the caller allows it, and with a bound. What it says about its failure may
//! hold anything, so only its own code is shown.

use std::{
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use tokio::process::Command;

use super::External;
use crate::{
    clock, file,
    identity::google::{
        Google,
        granted::{optional_secret, secret},
        misconfigured,
    },
    program::{self, Failed},
    token,
};

/// A program that prints a token.
#[derive(Debug, Deserialize)]
pub(super) struct Executable {
    #[serde(deserialize_with = "secret")]
    command: Secret,
    timeout_millis: Option<u64>,
    output_file: Option<PathBuf>,
}

/// What it prints, and keeps in its output file.
#[derive(Deserialize)]
struct Response {
    version: u64,
    success: bool,
    token_type: Option<String>,
    #[serde(default, deserialize_with = "optional_secret")]
    id_token: Option<Secret>,
    #[serde(default, deserialize_with = "optional_secret")]
    saml_response: Option<Secret>,
    expiration_time: Option<u64>,
    code: Option<String>,
}

impl Executable {
    /// The token of its output file while that lasts, else what the program prints.
    pub(super) async fn subject_token(
        &self,
        google: &Google<'_>,
        external: &External,
    ) -> Result<Secret, ExchangeError> {
        if google.settings.variable(ALLOW).as_deref() != Some("1") {
            return Err(misconfigured(
                "executable_not_allowed",
                format!("the credential file wants to run the program `{}`", self.program()),
            )
            .with_hint(format!("if the file is yours, allow it: `export {ALLOW}=1`")));
        }
        if let Some(kept) = self.output_file.as_deref().and_then(kept) {
            return kept.token().map_err(|why| self.failed(&why));
        }
        google.progress.waits_for("the executable of the credential file");
        let output = program::output(self.process(external), self.patience()).await;
        let output = output.map_err(|failed| match failed {
            Failed::Slow(_) => ExchangeError::new(
                ErrorKind::Unavailable,
                "timeout",
                format!("the executable `{}` of the credential file {}", self.program(), failed.words()),
            ),
            failed => self.failed(&failed.words()),
        })?;
        parse(&output).and_then(Response::token).map_err(|why| self.failed(&why))
    }

    fn process(&self, external: &External) -> Command {
        let mut words = self.command.expose().split_whitespace();
        let mut process = Command::new(words.next().unwrap_or_default());
        process
            .args(words)
            .env("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", &external.audience)
            .env("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", &external.token_type)
            .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "0")
            .env("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "0");
        if let Some(account) = &external.impersonated {
            process.env("GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL", account);
        }
        if let Some(file) = &self.output_file {
            process.env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", file);
        }
        process
    }

    fn failed(&self, why: &str) -> ExchangeError {
        ExchangeError::new(
            ErrorKind::Denied,
            "executable_failed",
            format!("the executable `{}` of the credential file {why}", self.program()),
        )
        .with_hint("run its command by hand, with the variables that AIP-4117 lists, to see what is wrong")
    }

    /// The first word: arguments may hold anything.
    fn program(&self) -> String {
        let word = self.command.expose().split_whitespace().next().unwrap_or_default();
        word.chars().filter(|c| !c.is_control() && *c != '`').collect()
    }

    fn patience(&self) -> Duration {
        self.timeout_millis.map_or(USUAL, |millis| Duration::from_millis(millis).clamp(LEAST, MOST))
    }
}

impl Response {
    fn token(self) -> Result<Secret, String> {
        if self.version > 1 {
            return Err(format!("wrote version {} of the object, not 1", self.version));
        }
        if !self.success {
            let code = self.code.filter(|code| is_plain(code));
            return Err(
                code.map_or("says that it failed".into(), |code| format!("says that it failed: `{code}`"))
            );
        }
        if self.has_ended() {
            return Err("wrote a token that has ended".into());
        }
        let token = match self.token_type.as_deref() {
            Some("urn:ietf:params:oauth:token-type:id_token" | "urn:ietf:params:oauth:token-type:jwt") => {
                self.id_token
            }
            Some("urn:ietf:params:oauth:token-type:saml2") => self.saml_response,
            _ => return Err("wrote a token of a type that is not known".into()),
        };
        let token = token.ok_or("wrote an object without the token")?;
        token::checked(token.expose()).map_err(|_| "wrote something else than a token".into())
    }

    fn has_ended(&self) -> bool {
        self.expiration_time.is_some_and(|at| UNIX_EPOCH + Duration::from_secs(at.min(FAR)) <= clock::now())
    }
}

/// A response that was kept and still counts.
fn kept(path: &Path) -> Option<Response> {
    let bytes = file::bytes(path, LONGEST).ok()?;
    let counts = |kept: &Response| kept.success && kept.expiration_time.is_some() && !kept.has_ended();
    parse(&bytes).ok().filter(counts)
}

fn parse(output: &[u8]) -> Result<Response, String> {
    serde_json::from_slice(output).map_err(|_| "did not write the JSON object of AIP-4117".into())
}

fn is_plain(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

const ALLOW: &str = "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES";
const USUAL: Duration = Duration::from_secs(30);
const LEAST: Duration = Duration::from_secs(5);
const MOST: Duration = Duration::from_secs(120);
const LONGEST: u64 = 64 * 1024;
/// The year 9999, so that no sum overflows.
const FAR: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_response_has_a_token_of_its_type() {
        for (kind, rest) in [
            ("id_token", r#""id_token":"a.b.c""#),
            ("jwt", r#""id_token":"a.b.c","expiration_time":99999999999"#),
            ("saml2", r#""saml_response":"a.b.c""#),
        ] {
            let token = parse(success(kind, rest).as_bytes()).and_then(Response::token);

            assert_eq!(token, Ok(Secret::new("a.b.c")), "{kind}");
        }
    }

    #[test]
    fn a_bad_response_is_described_and_not_repeated() {
        let failed = |rest: &str| format!(r#"{{"version":1,"success":false,{rest}}}"#);
        for (text, why) in [
            ("canary".to_owned(), "did not write"),
            (r#"{"version":2,"success":true}"#.into(), "version 2"),
            (failed(r#""code":"401","message":"canary""#), "failed: `401`"),
            (failed(r#""code":"a canary","message":"canary""#), "says that it failed"),
            (success("canary", r#""id_token":"canary""#), "not known"),
            (success("jwt", r#""code":"canary""#), "without the token"),
            (success("jwt", r#""id_token":"canary","expiration_time":1767225600"#), "has ended"),
        ] {
            let said = parse(text.as_bytes()).and_then(Response::token).unwrap_err();

            assert!(said.contains(why) && !said.contains("canary"), "{said}");
        }
    }

    #[test]
    fn only_what_says_when_it_ends_is_taken_from_the_output_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let is_kept = |text: &str| {
            std::fs::write(&path, text).unwrap();
            kept(&path).is_some()
        };

        assert!(is_kept(r#"{"version":1,"success":true,"expiration_time":99999999999}"#));
        assert!(!is_kept(r#"{"version":1,"success":true,"expiration_time":1767225600}"#));
        assert!(!is_kept(r#"{"version":1,"success":true}"#));
        assert!(!is_kept(r#"{"version":1,"success":false,"expiration_time":99999999999}"#));
        assert!(!is_kept("canary"));
        assert!(kept(&folder.path().join("none")).is_none());
    }

    #[test]
    fn the_bound_is_what_the_file_says_within_reason() {
        let executable = |timeout_millis| Executable {
            command: Secret::new("/opt/x --key canary"),
            timeout_millis,
            output_file: None,
        };
        let patience = |timeout_millis| executable(timeout_millis).patience();

        assert_eq!(
            [None, Some(1), Some(7000), Some(u64::MAX)].map(patience),
            [USUAL, LEAST, Duration::from_secs(7), MOST]
        );
        assert_eq!(executable(None).program(), "/opt/x");
        assert!(!format!("{:?}", executable(None)).contains("canary"));
    }

    fn success(kind: &str, rest: &str) -> String {
        format!(
            r#"{{"version":1,"success":true,"token_type":"urn:ietf:params:oauth:token-type:{kind}",{rest}}}"#
        )
    }
}

//! Asks another credential helper, as docker would have.
//!
//! Its answer is believed only in docker's own form. A program that turns out to be ours under another name is
//! not started: it would ask us.

use std::{env, path::PathBuf, time::Duration};

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, Exchanged, Made},
    hand_on::{HAND_ON_VARIABLES, HANDED_ON, HandOn},
    identity::REACHING,
};
use shorepass_secret::Secret;
use tokio::process::Command;

use crate::{
    deadline::Progress,
    program::{self, Failed, Said},
};

/// The login that the other helper has; [`ExchangeError::no_login`] when it has none.
pub(crate) async fn get(order: &HandOn, progress: &Progress) -> Result<Exchanged, ExchangeError> {
    progress.waits_for("another credential helper");
    let program = order.program();
    if is_ours(&program) {
        return Err(failed(&program, ErrorKind::Misconfigured, "is Shorepass itself under another name"));
    }
    let patience = patience(shorepass_worker::own_limit());
    let work = asked(&program, &order.servers, patience);
    match tokio::time::timeout(patience, work).await {
        Ok(answer) => answer,
        Err(_) => Err(silent(&program, &Failed::Slow(patience))),
    }
}

/// The first login that it has.
async fn asked(program: &str, servers: &[String], patience: Duration) -> Result<Exchanged, ExchangeError> {
    for server in servers {
        let said = program::converse(command(program), server.as_bytes(), patience).await;
        let said = said.map_err(|why| silent(program, &why))?;
        let found = login(&said).map_err(|why| failed(program, ErrorKind::Unexpected, &why))?;
        if let Some((username, secret)) = found {
            return Ok(Exchanged::Credential(Made::lasting(username, secret)));
        }
    }
    Err(ExchangeError::no_login())
}

/// With what it needs to find its own logins, and nothing that says who we are to a registry.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.arg("get").env_clear();
    for name in HAND_ON_VARIABLES.iter().chain(REACHING) {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env(HANDED_ON, "1");
    command
}

/// For all that it is asked together, and over before the worker is, so that the program can be named.
fn patience(own_limit: Duration) -> Duration {
    PATIENCE.min(own_limit - own_limit / 10)
}

/// In docker's form, with whatever behind it, as docker reads it; `None` when the helper has none.
fn login(said: &Said) -> Result<Option<(String, Secret)>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        username: String,
        secret: String,
    }
    if said.code != 0 {
        let is_absence = std::str::from_utf8(&said.output).is_ok_and(|text| text.contains(NOT_FOUND));
        return if is_absence { Ok(None) } else { Err(format!("ended with exit status {}", said.code)) };
    }
    // The parser's own words could quote the secret.
    let first = serde_json::Deserializer::from_slice(&said.output).into_iter().next();
    let Some(Ok(Answer { username, secret })) = first else {
        return Err("answered in another form than docker's".into());
    };
    match (username.as_str(), secret.as_str()) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err("answered with half a login".into()),
        (name, _) if name.chars().any(char::is_control) => {
            Err("answered with a user name that is none".into())
        }
        _ => Ok(Some((username, Secret::new(secret)))),
    }
}

/// A link to our helper is found by its end; what is disguised better is stopped by [`HANDED_ON`].
fn is_ours(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    let found = env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file());
    let end = found.and_then(|file| file.canonicalize().ok());
    end.as_ref().and_then(|end: &PathBuf| end.file_stem()).is_some_and(|stem| stem == OURS)
}

/// It gave no answer at all.
fn silent(program: &str, why: &Failed) -> ExchangeError {
    let kind = match why {
        Failed::Absent => ErrorKind::Misconfigured,
        Failed::Slow(_) | Failed::Otherwise(_) => ErrorKind::Unavailable,
    };
    failed(program, kind, &why.words())
}

fn failed(program: &str, kind: ErrorKind, why: &str) -> ExchangeError {
    let message = format!("no login is stored here, and `{program}`, to which `hand_on` hands it on, {why}");
    ExchangeError::new(kind, "handed_on_failed", message).with_hint(format!(
        "to see what it says, run `echo HOST | {program} get`; to leave it out, remove `hand_on` under `[vault]`"
    ))
}

const OURS: &str = "docker-credential-shorepass";
/// What every helper says in docker's stead.
const NOT_FOUND: &str = "credentials not found in native keychain";
/// A keyring may ask a person, who may answer.
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_in_dockers_form_is_believed() {
        let answer = br#"{"ServerURL":"r.example","Username":"ann","Secret":"canary","Extra":1}"#;

        let (username, secret) = login(&said(0, answer)).unwrap().unwrap();

        assert_eq!((username.as_str(), secret.expose()), ("ann", "canary"));
    }

    #[test]
    fn what_follows_a_login_is_not_read() {
        let answer = b"\n{\"Username\":\"ann\",\"Secret\":\"canary\"}\nand more";

        assert_eq!(login(&said(0, answer)), Ok(Some(("ann".into(), Secret::new("canary")))));
    }

    #[test]
    fn all_that_it_is_asked_ends_before_the_worker_does() {
        for limit in [Duration::from_millis(675), Duration::from_secs(10), Duration::from_millis(29_500)] {
            assert!(patience(limit) < limit);
        }
        assert_eq!(patience(Duration::from_millis(29_500)), PATIENCE);
    }

    #[test]
    fn nothing_there_is_no_fault() {
        assert_eq!(login(&said(1, b"credentials not found in native keychain\n")), Ok(None));
        assert_eq!(login(&said(0, br#"{"ServerURL":"","Username":"","Secret":""}"#)), Ok(None));
    }

    #[test]
    fn what_is_in_another_form_is_refused_without_its_words() {
        for (code, output) in [
            (1, &b"canary"[..]),
            (0, b"canary"),
            (0, b""),
            (0, br#"{"Username":"canary"}"#),
            (0, br#"{"Username":"","Secret":"canary"}"#),
            (0, br#"{"Username":"a\nb","Secret":"canary"}"#),
            (0, b"and more\n{\"Username\":\"a\",\"Secret\":\"canary\"}"),
        ] {
            let refused = login(&said(code, output)).unwrap_err();

            assert!(!refused.contains("canary"), "{refused}");
        }
    }

    #[test]
    fn a_failure_names_the_program_and_the_way_out() {
        let error = failed("docker-credential-x", ErrorKind::Unavailable, "was not found");

        assert_eq!(error.code, "handed_on_failed");
        assert!(error.message.contains("`docker-credential-x`"));
        assert!(error.hint.unwrap().ends_with("under `[vault]`"));
    }

    fn said(code: i32, output: &[u8]) -> Said {
        Said { code, output: zeroize::Zeroizing::new(output.to_vec()) }
    }
}

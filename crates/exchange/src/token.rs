//! Fetches an OIDC token from where the configuration says. It is used once and kept nowhere.

use std::{env, path::Path};

use serde_json::Value;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::TokenSource,
};
use shorepass_secret::Secret;
use tokio::process::Command;

use crate::{
    file,
    http::{self, call::Call},
    program::{self, Failed},
};

/// The token.
pub(crate) async fn fetch(source: &TokenSource) -> Result<Secret, ExchangeError> {
    let token = match source {
        TokenSource::Env { variable } => of_variable(variable)?,
        TokenSource::File { path, field } => of_file(path, field.as_deref())?,
        TokenSource::Command { command, timeout } => {
            let (program, arguments) = command.split_first().ok_or_else(|| missing("no program is named"))?;
            let mut process = Command::new(program);
            process.args(arguments);
            let output = program::output(process, timeout.unwrap_or(PATIENCE)).await;
            let output = output.map_err(|failed| match failed {
                Failed::Slow(_) => ExchangeError::new(
                    ErrorKind::Unavailable,
                    "token_unavailable",
                    format!("the token's program, `{program}`, {}", failed.words()),
                ),
                failed => missing(format!("the token's program, `{program}`, {}", failed.words())),
            })?;
            String::from_utf8_lossy(&output).into_owned()
        }
        TokenSource::Url { url, bearer_variable, field } => {
            let mut call = Call::get(SERVICE, url);
            if let Some(variable) = bearer_variable {
                call = call.header("authorization", format!("Bearer {}", of_variable(variable)?));
            }
            of_answer(call, field.as_deref()).await?
        }
    };
    checked(&token)
}

/// From a file, as a whole or one field of it.
pub(crate) fn of_file(path: &Path, field: Option<&str>) -> Result<String, ExchangeError> {
    let bytes = file::bytes(path, LONGEST_FILE)
        .map_err(|why| missing(format!("the token file `{}` cannot be used: {why}", path.display())))?;
    match field {
        None => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Some(field) => of_json(&bytes, field)
            .ok_or_else(|| missing(format!("the token file `{}` has no field `{field}`", path.display()))),
    }
}

/// From what a service answers, as a whole or one field of it.
pub(crate) async fn of_answer(call: Call, field: Option<&str>) -> Result<String, ExchangeError> {
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    if !answer.is_success() {
        return Err(missing(format!("the token service refused (HTTP {})", answer.status))
            .with_hint("check the URL of the token and what it wants to see"));
    }
    match field {
        None => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        Some(field) => of_json(&answer.body, field)
            .ok_or_else(|| missing(format!("the answer of the token service has no field `{field}`"))),
    }
}

/// Something that may be a token: one word.
pub(crate) fn checked(text: &str) -> Result<Secret, ExchangeError> {
    let token = text.trim();
    if token.is_empty() {
        return Err(missing("the token is empty"));
    }
    if token.len() > LONGEST || token.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(missing(
            "what should be a token is something else: it has spaces, or is longer than 16 KiB",
        ));
    }
    Ok(Secret::new(token))
}

fn of_variable(name: &str) -> Result<String, ExchangeError> {
    env::var(name).map_err(|_| {
        missing(format!("the variable `{name}`, which should hold the token, is not set"))
            .with_hint(format!("set `{name}` where the client runs"))
    })
}

fn of_json(text: &[u8], field: &str) -> Option<String> {
    serde_json::from_slice::<Value>(text).ok()?.get(field)?.as_str().map(str::to_owned)
}

fn missing(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "token_missing", message)
}

const SERVICE: &str = "the token service";
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
const LONGEST: usize = 16 * 1024;
const LONGEST_FILE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(checked(" a.b.c\n").unwrap(), Secret::new("a.b.c"));
        for text in ["", "\n", "<html> canary", "a\nb", &"x".repeat(LONGEST + 1)] {
            assert!(!checked(text).unwrap_err().message.contains("canary"));
        }
    }

    #[test]
    fn a_field_of_a_file_is_the_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, r#"{"value": "a.b.c"}"#).unwrap();

        assert_eq!(of_file(&path, Some("value")).unwrap(), "a.b.c");
        assert_eq!(of_file(&path, Some("other")).unwrap_err().code, "token_missing");
        assert!(of_file(&folder.path().join("none"), None).unwrap_err().message.contains("not there"));
    }
}

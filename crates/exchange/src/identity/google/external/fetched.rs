//! Subject tokens from a file or from an address, as a whole or one field of JSON.

use std::path::Path;

use serde_json::Value;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use crate::{
    file,
    http::call::Call,
    identity::google::{Google, hosts, misconfigured},
    token,
};

/// From a file, which is read each time.
pub(super) fn of_file(path: &Path, field: Option<&str>) -> Result<Secret, ExchangeError> {
    let missing = |why: &str| {
        missing(format!("the token file `{}` cannot be used: {why}", path.display())).with_hint(
            "check that the platform writes it where `credential_source` of the credential file says",
        )
    };
    let bytes = file::bytes(path, LONGEST).map_err(|why| missing(&why))?;
    let text = pick(&bytes, field)
        .ok_or_else(|| missing("it does not have the field that should hold the token"))?;
    token::checked(&text)
}

/// From an address; one of the machine's own is asked without a proxy.
pub(super) async fn of_url(
    google: &Google<'_>,
    url: &str,
    headers: &[(String, Secret)],
    field: Option<&str>,
) -> Result<Secret, ExchangeError> {
    let mut call = Call::get(UPSTREAM, url);
    for (name, value) in headers.iter().take(MOST_HEADERS) {
        // Names are few, and the process ends with this exchange.
        call = call.header(name.to_ascii_lowercase().leak(), value.expose());
    }
    let client = if hosts::is_metadata(url) { &google.settings.direct } else { &google.settings.outward };
    let answer = call.send(client).await?;
    if let Some(fault) = answer.general_fault() {
        return Err(fault);
    }
    if !answer.is_success() {
        return Err(ExchangeError::new(
            ErrorKind::Denied,
            "subject_token_refused",
            format!("the address in `credential_source` gave no token (HTTP {})", answer.status),
        )
        .with_hint("check what it wants to see; on GitHub the job needs `permissions: id-token: write`"));
    }
    let text = pick(&answer.body, field).ok_or_else(|| {
        missing("the answer of the address in `credential_source` does not have the token's field")
    })?;
    token::checked(&text)
}

fn pick(bytes: &[u8], field: Option<&str>) -> Option<String> {
    match field {
        None => Some(String::from_utf8_lossy(bytes).into_owned()),
        Some(field) => serde_json::from_slice::<Value>(bytes).ok()?.get(field)?.as_str().map(str::to_owned),
    }
}

fn missing(message: impl Into<String>) -> ExchangeError {
    misconfigured("token_missing", message)
}

const UPSTREAM: &str = "the address in `credential_source`";
const LONGEST: u64 = 64 * 1024;
const MOST_HEADERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_token_or_has_it_in_a_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let write = |text: &str| std::fs::write(&path, text).unwrap();

        write("a.b.c\n");
        assert_eq!(of_file(&path, None).unwrap(), Secret::new("a.b.c"));

        write(r#"{"value":"a.b.c","other":7}"#);
        assert_eq!(of_file(&path, Some("value")).unwrap(), Secret::new("a.b.c"));
        for field in ["canary", "other"] {
            let error = of_file(&path, Some(field)).unwrap_err();

            assert_eq!(error.code, "token_missing");
            assert!(!error.message.contains("canary"));
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = of_file(Path::new("/nowhere/token"), None).unwrap_err();

        assert_eq!(error.message, "the token file `/nowhere/token` cannot be used: it is not there");
    }
}

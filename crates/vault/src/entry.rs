//! A login as one value, for stores whose entries are bytes; and what no store takes.

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::Login,
};
use zeroize::Zeroizing;

use crate::failure;

/// The bytes of an entry.
pub(crate) fn write(login: &Login) -> Zeroizing<Vec<u8>> {
    // Strings alone cannot fail to be written.
    Zeroizing::new(serde_json::to_vec(login).unwrap_or_default())
}

/// A login from an entry's bytes.
#[cfg(any(target_os = "linux", target_os = "macos", test))]
pub(crate) fn read(store: &str, key: &str, bytes: &[u8]) -> Result<Login, ExchangeError> {
    serde_json::from_slice(bytes).map_err(|_| garbled(store, key))
}

/// The user name alone.
pub(crate) fn username(store: &str, key: &str, bytes: &[u8]) -> Result<String, ExchangeError> {
    let named: Named = serde_json::from_slice(bytes).map_err(|_| garbled(store, key))?;
    Ok(named.username)
}

/// Refuses what only some stores would take, so that all of them take the same.
pub(crate) fn check(key: &str, login: Option<&Login>) -> Result<(), ExchangeError> {
    let is_printable = |text: &str| !text.chars().any(char::is_control);
    let username = login.map_or("", |login| login.username.as_str());
    if key.is_empty() || !is_printable(key) || !is_printable(username) {
        return Err(ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_refused",
            "the key or the user name is empty or holds characters that cannot be shown",
        ));
    }
    for (what, text, longest) in
        [("the key", key, LONGEST_KEY), ("the user name", username, LONGEST_USERNAME)]
    {
        if text.len() > longest {
            return Err(failure::too_long(what, longest));
        }
    }
    Ok(())
}

/// What is kept is no login of ours.
pub(crate) fn garbled(store: &str, key: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unexpected,
        "vault_garbled",
        format!("what {store} keeps for `{key}` is no login"),
    )
    .with_hint(format!("take it away and log in again: `shorepass vault erase {key}`"))
}

#[derive(Deserialize)]
struct Named {
    username: String,
}

/// As long as a server address may be.
const LONGEST_KEY: usize = 2048;
/// Escaped, it fits into one entry of Windows' Credential Manager.
const LONGEST_USERNAME: usize = 1024;

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;

    #[test]
    fn a_login_survives_its_entry() {
        let login = Login { username: "<token>".into(), secret: Secret::new("line\n\"quoted\" ü") };

        let bytes = write(&login);

        assert_eq!(read("the store", "r.example", &bytes).unwrap(), login);
        assert_eq!(username("the store", "r.example", &bytes).unwrap(), "<token>");
        assert_eq!(read("the store", "r.example", b"canary").unwrap_err().code, "vault_garbled");
    }

    #[test]
    fn no_store_is_given_names_that_some_cannot_keep() {
        let login = |username: &str| Login { username: username.into(), secret: Secret::new("canary") };
        let code = |key: &str, username: &str| check(key, Some(&login(username))).map_err(|error| error.code);

        assert_eq!(code("r.example", "alice"), Ok(()));
        assert_eq!(code("", "alice"), Err("vault_refused".into()));
        assert_eq!(code("r.example", "a\0b"), Err("vault_refused".into()));
        assert_eq!(code("r.example", &"x".repeat(2049)), Err("vault_too_long".into()));
    }
}

//! The store that keeps nothing, and says what to do about it.

use std::collections::BTreeMap;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::Login,
};

use crate::vault::Vault;

/// Nothing.
pub(crate) struct Nothing;

impl Vault for Nothing {
    fn get(&self, _key: &str) -> Result<Option<Login>, ExchangeError> {
        Ok(None)
    }

    fn put(&self, _key: &str, _login: &Login) -> Result<(), ExchangeError> {
        let error = ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_none",
            "there is no place here where a login could be kept",
        );
        Err(error.with_hint(
            "set `key_file` or `key_credential` in `[vault]`, or give the encrypted file a passphrase: \
             `shorepass vault unlock`",
        ))
    }

    fn erase(&self, _key: &str) -> Result<bool, ExchangeError> {
        Ok(false)
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        Ok(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;

    #[test]
    fn it_is_empty_and_refuses_to_keep_anything() {
        let login = Login { username: "alice".into(), secret: Secret::new("canary") };

        let refused = Nothing.put("r.example", &login).unwrap_err();

        assert_eq!((refused.code.as_str(), refused.kind), ("vault_none", ErrorKind::Misconfigured));
        assert!(Nothing.get("r.example").unwrap().is_none());
        assert!(!Nothing.erase("r.example").unwrap());
        assert!(Nothing.list().unwrap().is_empty());
    }
}

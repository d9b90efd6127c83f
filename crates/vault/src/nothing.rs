//! The store that keeps nothing, and says what to do about it.

use std::collections::BTreeMap;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::Login,
};

use crate::vault::Vault;

/// Nothing.
pub(crate) struct Nothing {
    /// Whether the configuration wants it so, rather than that there is no better.
    pub(crate) is_wanted: bool,
}

impl Vault for Nothing {
    fn get(&self, _key: &str) -> Result<Option<Login>, ExchangeError> {
        Ok(None)
    }

    fn put(&self, _key: &str, _login: &Login) -> Result<(), ExchangeError> {
        let (message, hint) = if self.is_wanted {
            (
                "no login is kept here: `store` in `[vault]` is `none`",
                "to keep logins, take that line away; an identity of the configuration needs no login",
            )
        } else {
            (
                "there is no place here where a login could be kept",
                "set `key_file` or `key_credential` in `[vault]`, or give the encrypted file a passphrase: \
                 `shorepass vault unlock`",
            )
        };
        Err(ExchangeError::new(ErrorKind::Misconfigured, "vault_none", message).with_hint(hint))
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

        for (is_wanted, words) in [(true, "is `none`"), (false, "no place here")] {
            let nothing = Nothing { is_wanted };

            let refused = nothing.put("r.example", &login).unwrap_err();

            assert_eq!((refused.code.as_str(), refused.kind), ("vault_none", ErrorKind::Misconfigured));
            assert!(refused.message.contains(words), "{}", refused.message);
            assert!(nothing.get("r.example").unwrap().is_none());
            assert!(!nothing.erase("r.example").unwrap());
            assert!(nothing.list().unwrap().is_empty());
        }
    }
}

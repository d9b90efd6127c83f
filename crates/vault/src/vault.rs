//! The seam between the one operation and the stores that can do it.

use std::collections::BTreeMap;

use shorepass_core::{exchange::ExchangeError, vault::Login};

/// Keeps logins. The implementor must never ask a person anything, must not cache, and must leave
/// either the old login or the new one behind, whole, wherever it is stopped.
pub(crate) trait Vault {
    /// The login under a key.
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError>;

    /// Adds or replaces it.
    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError>;

    /// Takes it away; whether there was one.
    fn erase(&self, key: &str) -> Result<bool, ExchangeError>;

    /// Keys and user names.
    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError>;
}

//! The keychain of macOS that opens when its user signs in.
//!
//! One item per login: service `shorepass`, the key as account, user name and secret as the item's value, so
//! that both change in one write. Used without `keyring-core`, whose store hides the codes of refusals.
//! macOS is told to ask nobody for as long as this process works on it.

use std::collections::BTreeMap;

use security_framework::{
    base::Error,
    item::{ItemClass, ItemSearchOptions, Limit},
    os::macos::keychain::{KeychainUserInteractionLock, SecKeychain},
    passwords::{delete_generic_password, get_generic_password, set_generic_password},
};
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::Login,
};
use zeroize::Zeroizing;

use crate::{
    deadline::Progress,
    entry,
    failure::{refused, unreachable},
    vault::Vault,
};

/// The user's default keychain.
pub(crate) struct KeychainVault {
    _quiet: KeychainUserInteractionLock,
}

impl KeychainVault {
    /// Forbids every question to a person.
    pub(crate) fn open(progress: &Progress) -> Result<Self, ExchangeError> {
        progress.waits_for("the keychain");
        Ok(Self { _quiet: SecKeychain::disable_user_interaction().map_err(explain)? })
    }

    fn read(key: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ExchangeError> {
        found(get_generic_password(SERVICE, key)).map(|bytes| bytes.map(Zeroizing::new))
    }
}

impl Vault for KeychainVault {
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
        Self::read(key)?.map(|bytes| entry::read(STORE, key, &bytes)).transpose()
    }

    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
        set_generic_password(SERVICE, key, &entry::write(login)).map_err(explain)
    }

    fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
        Ok(found(delete_generic_password(SERVICE, key))?.is_some())
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        let mut search = ItemSearchOptions::new();
        search.class(ItemClass::generic_password()).service(SERVICE).limit(Limit::All).load_attributes(true);
        let mut logins = BTreeMap::new();
        for item in found(search.search())?.unwrap_or_default() {
            let Some(key) = item.simplify_dict().and_then(|mut fields| fields.remove("acct")) else {
                continue;
            };
            // Another process may have taken it away since.
            let Some(bytes) = Self::read(&key)? else { continue };
            let username = entry::username(STORE, &key, &bytes)?;
            logins.insert(key, username);
        }
        Ok(logins)
    }
}

fn found<T>(result: Result<T, Error>) -> Result<Option<T>, ExchangeError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == NOT_FOUND => Ok(None),
        Err(error) => Err(explain(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn explain(error: Error) -> ExchangeError {
    match error.code() {
        NO_INTERACTION => ExchangeError::new(
            ErrorKind::Denied,
            "vault_locked",
            "the keychain is locked, or macOS wants to ask whether this program may read it",
        )
        .with_hint(
            "allow it for the item `shorepass` in Keychain Access, or open the keychain: `security \
             unlock-keychain`",
        ),
        NO_KEYCHAIN | NO_DEFAULT => {
            ExchangeError::new(ErrorKind::Denied, "vault_locked", "there is no keychain for this user")
                .with_hint("sign in at the desktop once, or set `store = \"file\"` in `[vault]`")
        }
        code @ (CANCELED | WRONG_PASSWORD | READ_ONLY | NOT_PERMITTED) => {
            refused(format!("the keychain refuses, error {code}"))
                .with_hint("allow it for the item `shorepass` in Keychain Access, or take the item away")
        }
        code => unreachable(format!("the keychain failed, error {code}")),
    }
}

const SERVICE: &str = "shorepass";
const STORE: &str = "the keychain";

// `SecBase.h`.
const NOT_FOUND: i32 = -25300;
const NO_INTERACTION: i32 = -25308;
const NO_KEYCHAIN: i32 = -25294;
const NO_DEFAULT: i32 = -25307;
const CANCELED: i32 = -128;
const WRONG_PASSWORD: i32 = -25293;
const READ_ONLY: i32 = -25292;
const NOT_PERMITTED: i32 = -61;

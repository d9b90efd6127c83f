//! The Linux kernel's keyring: in memory until the machine stops, or until nobody has asked for days.
//!
//! The keys lie in the user's persistent keyring, which every login of the user finds. It is linked to this
//! process's own keyring, so that we possess its keys whatever session we were started in.

use std::collections::BTreeMap;

use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier, LinkNode};
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::Login,
};
use zeroize::Zeroizing;

use crate::{
    choose::{Look, WhyNot},
    entry, failure,
    vault::Vault,
};

/// The user's persistent keyring.
pub(crate) struct KeyutilsVault(KeyRing);

/// Whether the kernel lets us.
pub(crate) fn look() -> Look {
    match persistent() {
        Ok(_) => Ok("the kernel's keyring can be used; it forgets when the machine stops".into()),
        Err(error) => Err(WhyNot::Absent(words(error))),
    }
}

impl KeyutilsVault {
    /// Finds or makes it.
    pub(crate) fn open() -> Result<Self, ExchangeError> {
        persistent().map(Self).map_err(explain)
    }

    fn find(&self, key: &str) -> Result<Option<Key>, ExchangeError> {
        match self.0.search(&description(key)) {
            Ok(found) => Ok(Some(found)),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
            Err(error) => Err(explain(error)),
        }
    }
}

impl Vault for KeyutilsVault {
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
        let Some(found) = self.find(key)? else { return Ok(None) };
        entry::read(STORE, key, &read(found)?).map(Some)
    }

    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
        let bytes = entry::write(login);
        if bytes.len() > LONGEST {
            return Err(failure::too_long("the login", LONGEST));
        }
        // One call of the kernel's, which changes a key of the same name in place.
        self.0.add_key(&description(key), &*bytes).map(|_| ()).map_err(explain)
    }

    fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
        let Some(found) = self.find(key)? else { return Ok(false) };
        self.0.unlink_key(found).map_err(explain)?;
        Ok(true)
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        let links = self.0.get_links(MOST_KEYS).map_err(explain)?;
        let mut logins = BTreeMap::new();
        for found in links.iter().filter_map(LinkNode::as_key) {
            // A key can run out between the two calls.
            let Ok(metadata) = found.metadata() else { continue };
            let Some(key) = metadata.get_description().strip_prefix(PREFIX) else { continue };
            logins.insert(key.to_owned(), entry::username(STORE, key, &read(found)?)?);
        }
        Ok(logins)
    }
}

fn persistent() -> Result<KeyRing, KeyError> {
    KeyRing::get_persistent(KeyRingIdentifier::Process)
}

fn read(key: Key) -> Result<Zeroizing<Vec<u8>>, ExchangeError> {
    key.read_to_vec().map(Zeroizing::new).map_err(explain)
}

fn description(key: &str) -> String {
    format!("{PREFIX}{key}")
}

fn explain(error: KeyError) -> ExchangeError {
    match error {
        KeyError::QuotaExceeded => ExchangeError::new(
            ErrorKind::Unavailable,
            "vault_full",
            "the kernel's keyring is full: your user may keep no more in it",
        )
        .with_hint("look at `/proc/key-users` and `/proc/sys/kernel/keys/maxbytes`"),
        KeyError::AccessDenied | KeyError::PermissionDenied => failure::refused(words(error))
            .with_hint("set another `store` in `[vault]`; a container must be allowed to call `keyctl`"),
        error => failure::unreachable(words(error)),
    }
}

fn words(error: KeyError) -> String {
    let why = match error {
        KeyError::AccessDenied | KeyError::PermissionDenied => {
            "permission denied, as in a container whose seccomp profile forbids it".into()
        }
        KeyError::OperationNotSupported | KeyError::Unknown(NO_SUCH_CALL) => {
            "this kernel has no persistent keyrings".into()
        }
        KeyError::OutOfMemory => "the kernel has no memory left".into(),
        KeyError::Unknown(number) => format!("error {number}"),
        error => format!("{error:?}"),
    };
    format!("the kernel's keyring cannot be used: {why}")
}

const STORE: &str = "the kernel's keyring";
const PREFIX: &str = "shorepass:";
/// The kernel's limit of a key of type `user`.
const LONGEST: usize = 32_767;
/// More than `root_maxkeys` lets even root have by default.
const MOST_KEYS: usize = 1 << 20;
/// `ENOSYS`.
const NO_SUCH_CALL: i32 = 38;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_forbids_lacks_or_has_no_room_is_told_apart() {
        let said = |error| {
            let error = explain(error);
            (error.code, error.message)
        };

        assert_eq!(said(KeyError::PermissionDenied).0, "vault_refused");
        assert_eq!(said(KeyError::AccessDenied).0, "vault_refused");
        assert_eq!(said(KeyError::QuotaExceeded).0, "vault_full");
        let (code, message) = said(KeyError::Unknown(NO_SUCH_CALL));
        assert_eq!(code, "vault_unreachable");
        assert!(message.ends_with("this kernel has no persistent keyrings"), "{message}");
    }
}

//! The Credential Manager of Windows, whose entries are short.
//!
//! An entry is called `shorepass:KEY#login`, and `shorepass:KEY#a0` and so on where a login is longer; see
//! `chunks`. Writers wait for each other at a lock file.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    path::PathBuf,
    sync::Arc,
};

use keyring_core::{Entry, Error, api::CredentialStoreApi};
use shorepass_core::{exchange::ExchangeError, vault::Login};
use windows_native_keyring_store::Store;
use zeroize::Zeroizing;

use crate::{
    chunks::{self, Entries, HEAD},
    deadline::Progress,
    failure::{io_failure, refused, too_long, unreachable},
    vault::Vault,
};

/// The user's credentials.
pub(crate) struct CredentialManagerVault {
    store: Arc<Store>,
    lock: PathBuf,
    progress: Progress,
}

impl CredentialManagerVault {
    /// Names the lock file of its writers.
    pub(crate) fn open(lock: PathBuf, progress: &Progress) -> Result<Self, ExchangeError> {
        let names = HashMap::from([("prefix", "shorepass:"), ("divider", "#"), ("suffix", "")]);
        let store = Store::new_with_configuration(&names).map_err(explain)?;
        progress.waits_for(STORE);
        Ok(Self { store, lock, progress: progress.clone() })
    }

    fn lock(&self) -> Result<File, ExchangeError> {
        self.progress.waits_for("another process that writes to the Credential Manager");
        let failed = |error: std::io::Error| io_failure(&self.lock, "locked", &error);
        fs::create_dir_all(self.lock.parent().unwrap_or(&self.lock)).map_err(failed)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(&self.lock).map_err(failed)?;
        file.lock().map_err(failed)?;
        self.progress.waits_for(STORE);
        Ok(file)
    }

    fn entry(&self, key: &str, part: &str) -> Result<Entry, ExchangeError> {
        // Kept on this machine: a domain's other machines have brokers of their own.
        let local = HashMap::from([("persistence", "Local")]);
        self.store.build(part, key, Some(&local)).map_err(explain)
    }
}

impl Vault for CredentialManagerVault {
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
        chunks::get(self, key)
    }

    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
        let _lock = self.lock()?;
        chunks::put(self, key, login)
    }

    fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
        let _lock = self.lock()?;
        chunks::erase(self, key)
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        let pattern = HashMap::from([("pattern", "^shorepass:.*#login$")]);
        let mut logins = BTreeMap::new();
        for entry in self.store.search(&pattern).map_err(explain)? {
            let Some((_, key)) = entry.get_specifiers().filter(|(part, _)| part == HEAD) else { continue };
            // Another process may have taken it away since.
            if let Some(username) = chunks::username(self, &key)? {
                logins.insert(key, username);
            }
        }
        Ok(logins)
    }
}

impl Entries for CredentialManagerVault {
    fn read(&self, key: &str, part: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ExchangeError> {
        match self.entry(key, part)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(explain(error)),
        }
    }

    fn write(&self, key: &str, part: &str, bytes: &[u8]) -> Result<(), ExchangeError> {
        self.entry(key, part)?.set_secret(bytes).map_err(explain)
    }

    fn remove(&self, key: &str, part: &str) -> Result<bool, ExchangeError> {
        match self.entry(key, part)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(explain(error)),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn explain(error: Error) -> ExchangeError {
    match error {
        Error::TooLong(what, longest) => too_long(&format!("the {what}"), longest as usize),
        Error::NoStorageAccess(_) => refused(
            "the Credential Manager refuses: this session has no access to it",
        )
        .with_hint("sign in with a password, not by a key alone, or set `store = \"file\"` in `[vault]`"),
        // A number of Windows' own.
        Error::PlatformFailure(error) => unreachable(format!("the Credential Manager failed: {error}")),
        _ => unreachable("the Credential Manager cannot do this"),
    }
}

const STORE: &str = "the Credential Manager";

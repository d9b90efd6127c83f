//! Logins in one encrypted file, for machines without a keyring.
//!
//! The whole file is sealed anew with every change. A file that cannot be read is never written over:
//! whoever has lost the key, or holds a damaged file, keeps what there is.

mod header;
mod keys;
mod place;
mod seal;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_core::{exchange::ExchangeError, vault::Login};
use zeroize::Zeroizing;

use crate::{deadline::Progress, failure, file::header::Cost, vault::Vault};

pub(crate) use keys::Keys;
use {place::Place, seal::Seal};

/// The file.
pub(crate) struct FileVault {
    place: Place,
    keys: Keys,
    cost: Cost,
    progress: Progress,
}

/// What is sealed.
#[derive(Default, Serialize, Deserialize)]
struct Contents {
    logins: BTreeMap<String, Login>,
}

impl FileVault {
    /// A file that need not be there yet.
    ///
    /// # Errors
    /// When the path is relative.
    pub(crate) fn new(path: PathBuf, keys: Keys, progress: Progress) -> Result<Self, ExchangeError> {
        Ok(Self { place: Place::new(path)?, keys, cost: Cost::default(), progress })
    }

    /// What is in the file, and the seal that opened it; `None` when there is no file.
    fn read(&self) -> Result<Option<(Contents, Seal)>, ExchangeError> {
        let Some(bytes) = self.place.read()? else { return Ok(None) };
        let parts = header::parse(self.place.path(), &bytes)?;
        let seal = self.sealing(|| Seal::of(&parts.header, self.place.path(), &self.keys))?;
        let opened = seal.open(self.place.path(), &parts)?;
        let contents = serde_json::from_slice(&opened).map_err(|_| header::damaged(self.place.path()))?;
        Ok(Some((contents, seal)))
    }

    fn write(&self, contents: &Contents, seal: &Seal) -> Result<(), ExchangeError> {
        // Strings alone cannot fail to be written.
        let plain = Zeroizing::new(serde_json::to_vec(contents).unwrap_or_default());
        let bytes = seal.close(&plain)?;
        if bytes.len() > place::LONGEST {
            return Err(failure::too_long("the file with this login in it", place::LONGEST));
        }
        self.place.write(&bytes)
    }

    fn sealing<T>(&self, work: impl FnOnce() -> T) -> T {
        self.progress.waits_for("the making of the key from a passphrase");
        let result = work();
        self.progress.waits_for(format!("the disk with `{}`", self.place.path().display()));
        result
    }

    fn lock(&self) -> Result<place::Lock, ExchangeError> {
        self.progress.waits_for(format!("another process that writes `{}`", self.place.path().display()));
        let lock = self.place.lock()?;
        self.progress.waits_for(format!("the disk with `{}`", self.place.path().display()));
        Ok(lock)
    }
}

impl Vault for FileVault {
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
        Ok(self.read()?.and_then(|(mut contents, _)| contents.logins.remove(key)))
    }

    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
        let _lock = self.lock()?;
        let (mut contents, seal) = match self.read()? {
            Some(read) => read,
            None => (Contents::default(), self.sealing(|| Seal::fresh(&self.keys, self.cost))?),
        };
        contents.logins.insert(key.into(), login.clone());
        self.write(&contents, &seal)
    }

    fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
        if !self.place.is_there() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let Some((mut contents, seal)) = self.read()? else { return Ok(false) };
        if contents.logins.remove(key).is_none() {
            return Ok(false);
        }
        self.write(&contents, &seal)?;
        Ok(true)
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        let contents = self.read()?.map(|(contents, _)| contents).unwrap_or_default();
        Ok(contents.logins.into_iter().map(|(key, login)| (key, login.username)).collect())
    }
}

//! The freedesktop Secret Service: GNOME Keyring, `KWallet`, `KeePassXC`.
//!
//! `keyring-core`'s store for it is not used, because it opens locked items by a prompt, which nobody may
//! ever answer, and finds no items by attributes of our own. No prompt is shown here, ever.

mod bus;
mod failure;

use std::collections::{BTreeMap, HashMap};

use secret_service::{
    EncryptionType,
    blocking::{Collection, Item, SecretService},
};
use shorepass_core::{exchange::ExchangeError, vault::Login};
use shorepass_secret::Secret;
use zbus::blocking::Connection;
use zeroize::Zeroizing;

use crate::{deadline::Progress, secret_service::failure::explain, vault::Vault};

pub(crate) use bus::look;

/// A session with the service.
pub(crate) struct SecretServiceVault {
    connection: Connection,
    service: SecretService<'static>,
}

impl SecretServiceVault {
    /// Connects.
    pub(crate) fn open(progress: &Progress) -> Result<Self, ExchangeError> {
        progress.waits_for("the session bus");
        let connection = Connection::session().map_err(|error| failure::no_bus(&error))?;
        progress.waits_for(format!("the Secret Service (`{}`)", bus::NAME));
        let service =
            SecretService::connect_with_existing(EncryptionType::Dh, connection.clone()).map_err(explain)?;
        Ok(Self { connection, service })
    }

    /// All items of a key, or all of ours, unlocked.
    fn find(&self, key: Option<&str>) -> Result<Vec<Item<'_>>, ExchangeError> {
        let mut wanted = HashMap::from([APPLICATION]);
        wanted.extend(key.map(|key| (KEY, key)));
        let found = self.service.search_items(wanted).map_err(explain)?;
        for item in &found.locked {
            bus::unlock(&self.connection, &item.item_path)?;
        }
        Ok(found.unlocked.into_iter().chain(found.locked).collect())
    }

    /// The item of a key. There are two only if a writer was killed between making one and taking the other away.
    fn newest(&self, key: &str) -> Result<Option<Item<'_>>, ExchangeError> {
        let mut newest = None;
        for item in self.find(Some(key))? {
            let modified = item.get_modified().map_err(explain)?;
            if newest.as_ref().is_none_or(|(before, _)| *before <= modified) {
                newest = Some((modified, item));
            }
        }
        Ok(newest.map(|(_, item)| item))
    }

    fn collection(&self) -> Result<Collection<'_>, ExchangeError> {
        let collection = match self.service.get_default_collection() {
            Err(secret_service::Error::NoResult) => return Err(failure::no_keyring()),
            other => other.map_err(explain)?,
        };
        if collection.is_locked().map_err(explain)? {
            bus::unlock(&self.connection, &collection.collection_path)?;
        }
        Ok(collection)
    }
}

impl Vault for SecretServiceVault {
    fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
        let Some(item) = self.newest(key)? else { return Ok(None) };
        let secret = Zeroizing::new(item.get_secret().map_err(explain)?);
        let secret = std::str::from_utf8(&secret).map_err(|_| failure::no_text(key))?;
        let username = attribute(&item, USERNAME)?.unwrap_or_default();
        Ok(Some(Login { username, secret: Secret::new(secret) }))
    }

    fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
        let before = self.find(Some(key))?;
        let attributes = HashMap::from([APPLICATION, (KEY, key), (USERNAME, &login.username)]);
        let label = format!("Shorepass: {key}");
        let secret = login.secret.expose().as_bytes();
        // An item of the same attributes is replaced at once; one of another user name is taken away after.
        let collection = self.collection()?;
        let item = collection.create_item(&label, attributes, secret, true, "text/plain").map_err(explain)?;
        for old in before.iter().filter(|old| old.item_path != item.item_path) {
            old.delete().map_err(explain)?;
        }
        Ok(())
    }

    fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
        let found = self.find(Some(key))?;
        for item in &found {
            item.delete().map_err(explain)?;
        }
        Ok(!found.is_empty())
    }

    fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
        let mut logins = BTreeMap::new();
        for item in self.find(None)? {
            if let Some(key) = attribute(&item, KEY)? {
                logins.insert(key, attribute(&item, USERNAME)?.unwrap_or_default());
            }
        }
        Ok(logins)
    }
}

fn attribute(item: &Item<'_>, name: &str) -> Result<Option<String>, ExchangeError> {
    Ok(item.get_attributes().map_err(explain)?.remove(name))
}

const APPLICATION: (&str, &str) = ("application", "shorepass");
const KEY: &str = "key";
const USERNAME: &str = "username";

//! The stores of this system: a look at each, and the way in.

use std::path::PathBuf;

use directories::ProjectDirs;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::{Passphrase, VaultKind, VaultSettings},
};

use crate::{
    choose::{Look, WhyNot},
    deadline::Progress,
    file::{FileVault, Keys},
    nothing::Nothing,
    vault::Vault,
};

/// Knows what every store wants to know.
pub(crate) struct Opener {
    settings: VaultSettings,
    passphrase: Option<Passphrase>,
    progress: Progress,
}

impl Opener {
    /// From the request.
    pub(crate) fn new(settings: VaultSettings, passphrase: Option<Passphrase>, progress: Progress) -> Self {
        Self { settings, passphrase, progress }
    }

    /// Whether a store can be used, without opening it.
    pub(crate) fn look(&self, store: VaultKind) -> Look {
        match store {
            VaultKind::File => self.look_at_file(),
            #[cfg(target_os = "linux")]
            VaultKind::SecretService => crate::secret_service::look(),
            #[cfg(target_os = "linux")]
            VaultKind::Keyutils => crate::keyutils::look(),
            #[cfg(target_os = "macos")]
            VaultKind::Keychain => Ok("this is macOS".into()),
            #[cfg(windows)]
            VaultKind::CredentialManager => Ok("this is Windows".into()),
            _ => Ok("it needs nothing".into()),
        }
    }

    /// The store.
    pub(crate) fn open(&self, store: VaultKind) -> Result<Box<dyn Vault>, ExchangeError> {
        Ok(match store {
            VaultKind::File => Box::new(self.file_vault()?),
            #[cfg(target_os = "linux")]
            VaultKind::SecretService => {
                Box::new(crate::secret_service::SecretServiceVault::open(&self.progress)?)
            }
            #[cfg(target_os = "linux")]
            VaultKind::Keyutils => Box::new(crate::keyutils::KeyutilsVault::open()?),
            #[cfg(target_os = "macos")]
            VaultKind::Keychain => Box::new(crate::keychain::KeychainVault::open(&self.progress)?),
            #[cfg(windows)]
            VaultKind::CredentialManager => {
                let lock = state_folder()?.join("credential-manager.lock");
                Box::new(crate::credential_manager::CredentialManagerVault::open(lock, &self.progress)?)
            }
            _ => Box::new(Nothing { is_wanted: self.settings.store == Some(VaultKind::None) }),
        })
    }

    fn look_at_file(&self) -> Look {
        let reasons = [
            (self.passphrase.is_some(), "a passphrase came along"),
            (self.settings.key_credential.is_some(), "`key_credential` is set"),
            (self.default_credential().is_some(), "there is a systemd credential `shorepass-vault-key`"),
            (self.settings.key_file.is_some(), "`key_file` is set"),
        ];
        if let Some((_, why)) = reasons.into_iter().find(|(is_so, _)| *is_so) {
            return Ok(why.into());
        }
        let path = self.file().map_err(|error| WhyNot::Absent(error.message))?;
        if path.exists() {
            Ok(format!("`{}` is there", path.display()))
        } else {
            let path = path.display();
            Err(WhyNot::Absent(format!(
                "there is neither a passphrase nor a key for it, nor a file `{path}`"
            )))
        }
    }

    fn file_vault(&self) -> Result<FileVault, ExchangeError> {
        let keys = Keys {
            passphrase: self.passphrase.as_ref().map(|typed| typed.0.clone()),
            credential: self.settings.key_credential.clone().or_else(|| self.default_credential()),
            credentials_directory: credentials_directory(),
            file: self.settings.key_file.clone(),
        };
        FileVault::new(self.file()?, keys, self.progress.clone())
    }

    /// A unit that loads it needs no configuration.
    fn default_credential(&self) -> Option<String> {
        let is_there = credentials_directory().is_some_and(|folder| folder.join(DEFAULT_CREDENTIAL).exists());
        (is_there && self.settings.key_file.is_none()).then(|| DEFAULT_CREDENTIAL.to_owned())
    }

    fn file(&self) -> Result<PathBuf, ExchangeError> {
        self.settings.file.clone().map_or_else(|| Ok(state_folder()?.join("vault")), Ok)
    }
}

fn credentials_directory() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn state_folder() -> Result<PathBuf, ExchangeError> {
    let folders = ProjectDirs::from("", "", "shorepass").ok_or_else(|| {
        ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_none",
            "there is no home folder to keep a file in",
        )
        .with_hint("set `file` in `[vault]`")
    })?;
    Ok(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
}

const DEFAULT_CREDENTIAL: &str = "shorepass-vault-key";

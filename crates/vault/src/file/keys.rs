//! What the file's key is made of: a passphrase, a systemd credential, a key file, in this order.
//!
//! A file that is there already says which kind it wants; then the first of that kind is taken.

use std::{
    fs::{self, File, Metadata},
    io::Read,
    path::{Path, PathBuf},
};

use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use zeroize::Zeroizing;

use crate::{failure::io_words, file::header::Origin};

/// Where a key may come from.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Typed by a person.
    pub(crate) passphrase: Option<Secret>,
    /// The name of a systemd credential.
    pub(crate) credential: Option<String>,
    /// Where systemd puts credentials.
    pub(crate) credentials_directory: Option<PathBuf>,
    /// A file.
    pub(crate) file: Option<PathBuf>,
}

/// What a key is made of.
pub(crate) enum Material {
    /// To be made costly to guess.
    Passphrase(Secret),
    /// Good as it is.
    Bytes(Zeroizing<Vec<u8>>),
}

impl Keys {
    /// For a file that is yet to be made.
    pub(crate) fn for_new_file(&self) -> Result<Material, ExchangeError> {
        match self.passphrase().or(self.bytes()) {
            Some(found) => found,
            None => Err(missing("the encrypted file has no key yet").with_hint(
                "set `key_file` or `key_credential` in `[vault]`, or give it a passphrase: `shorepass vault unlock`",
            )),
        }
    }

    /// For a file that was made with a key of this origin.
    pub(crate) fn for_file(&self, path: &Path, origin: Origin) -> Result<Material, ExchangeError> {
        let path = path.display();
        match origin {
            Origin::Passphrase(_) => match (self.passphrase(), self.has_bytes()) {
                (Some(found), _) => found,
                (None, true) => Err(wrong(format!("`{path}` was made with a passphrase, not with a key"))
                    .with_hint("to open it with its passphrase, run `shorepass vault unlock`")),
                (None, false) => Err(ExchangeError::new(
                    ErrorKind::Denied,
                    "vault_locked",
                    format!("`{path}` is locked with a passphrase that nobody has typed yet"),
                )
                .with_hint("to open it, run `shorepass vault unlock`")),
            },
            Origin::Bytes => match (self.bytes(), self.passphrase.is_some()) {
                (Some(found), _) => found,
                (None, true) => Err(wrong(format!(
                    "`{path}` was made with a key file or a credential, not with a passphrase"
                ))
                .with_hint("set `key_file` or `key_credential` in `[vault]` as it was")),
                (None, false) => Err(missing(format!(
                    "`{path}` was made with a key file or a credential, and neither is set"
                ))
                .with_hint("set `key_file` or `key_credential` in `[vault]` as it was")),
            },
        }
    }

    fn passphrase(&self) -> Option<Result<Material, ExchangeError>> {
        let typed = self.passphrase.as_ref()?;
        Some(if typed.is_empty() {
            Err(missing("the passphrase is empty"))
        } else {
            Ok(Material::Passphrase(typed.clone()))
        })
    }

    fn has_bytes(&self) -> bool {
        self.credential.is_some() || self.file.is_some()
    }

    fn bytes(&self) -> Option<Result<Material, ExchangeError>> {
        let read = if let Some(name) = &self.credential {
            self.read_credential(name)
        } else {
            self.file
                .as_ref()
                .map(|path| read_key(&format!("the key file `{}`", path.display()), path, true))?
        };
        Some(read.map(Material::Bytes))
    }

    fn read_credential(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, ExchangeError> {
        let what = format!("the systemd credential `{name}`");
        let is_name = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
        if !is_name {
            return Err(missing(format!("{what} cannot be used: that is no name of one")));
        }
        let folder = self.credentials_directory.as_ref().ok_or_else(|| {
            missing(format!("{what} cannot be used: `CREDENTIALS_DIRECTORY` is not set"))
                .with_hint(format!("add `LoadCredentialEncrypted={name}` to the service that asks"))
        })?;
        // systemd shows an access list as a group's right to read.
        read_key(&what, &folder.join(name), false)
    }
}

fn read_key(what: &str, path: &Path, must_be_private: bool) -> Result<Zeroizing<Vec<u8>>, ExchangeError> {
    let unusable = |why: &str| missing(format!("{what} cannot be used: {why}"));
    let words = |error: std::io::Error| unusable(&io_words(&error));
    if path.is_relative() {
        // This process runs in the root folder, whatever folder the caller ran in.
        return Err(unusable("its path is relative, and must be absolute"));
    }
    // A pipe or a device would make us wait, or never end.
    if !fs::metadata(path).map_err(words)?.is_file() {
        return Err(unusable("it is no file"));
    }
    let file = File::open(path).map_err(words)?;
    if must_be_private && others_may_read(&file.metadata().map_err(words)?) {
        return Err(unusable("others may read it").with_hint(format!("run `chmod 600 {}`", path.display())));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(words)?;
    match bytes.len() as u64 {
        0..SHORTEST => Err(unusable("it is shorter than 32 bytes")),
        SHORTEST..=LONGEST => Ok(bytes),
        _ => Err(unusable("it is longer than 64 KiB")),
    }
}

#[cfg(unix)]
fn others_may_read(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    let ours = rustix::process::geteuid().as_raw();
    metadata.mode() & 0o077 != 0 || ![ours, 0].contains(&metadata.uid())
}

/// Where a file is private is the folder's affair.
#[cfg(not(unix))]
fn others_may_read(_metadata: &Metadata) -> bool {
    false
}

fn missing(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "vault_key_missing", message)
}

/// The file is whole, the key is another one.
pub(crate) fn wrong(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "vault_key_wrong", message)
}

const SHORTEST: u64 = 32;
const LONGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::header::Cost;

    #[test]
    fn a_passphrase_comes_before_a_credential_and_that_before_a_key_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = key(folder.path(), "key", b'f');
        key(folder.path(), "vault-key", b'c');
        let mut keys = Keys {
            passphrase: Some(Secret::new("canary")),
            credential: Some("vault-key".into()),
            credentials_directory: Some(folder.path().into()),
            file: Some(file),
        };

        let first = keys.for_new_file().unwrap();
        keys.passphrase = None;
        let second = keys.for_new_file().unwrap();
        keys.credential = None;
        let third = keys.for_new_file().unwrap();

        assert!(matches!(first, Material::Passphrase(_)));
        assert!(matches!(second, Material::Bytes(bytes) if bytes[0] == b'c'));
        assert!(matches!(third, Material::Bytes(bytes) if bytes[0] == b'f'));
    }

    #[test]
    fn a_file_gets_the_kind_of_key_it_was_made_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = Path::new("/v");
        let typed = Keys { passphrase: Some(Secret::new("canary")), ..Keys::default() };
        let held = Keys { file: Some(key(folder.path(), "key", b'f')), ..Keys::default() };
        let costly = Origin::Passphrase(Cost::default());
        let code = |keys: &Keys, origin| keys.for_file(path, origin).map(|_| ()).map_err(|error| error.code);

        assert_eq!(code(&typed, costly), Ok(()));
        assert_eq!(code(&held, Origin::Bytes), Ok(()));
        assert_eq!(code(&typed, Origin::Bytes), Err("vault_key_wrong".into()));
        assert_eq!(code(&held, costly), Err("vault_key_wrong".into()));
        assert_eq!(code(&Keys::default(), costly), Err("vault_locked".into()));
        assert_eq!(code(&Keys::default(), Origin::Bytes), Err("vault_key_missing".into()));
    }

    #[test]
    #[cfg(unix)]
    fn a_key_file_that_others_may_read_or_that_is_too_short_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = key(folder.path(), "key", b'f');
        let refusal = || {
            let keys = Keys { file: Some(path.clone()), ..Keys::default() };
            keys.for_new_file().map(|_| ()).unwrap_err().message
        };

        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(refusal().ends_with("others may read it"), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, [b'x'; 31]).unwrap();
        assert!(refusal().ends_with("it is shorter than 32 bytes"));
        fs::write(&path, vec![b'x'; 65_537]).unwrap();
        assert!(refusal().ends_with("it is longer than 64 KiB"));
        fs::remove_file(&path).unwrap();
        assert!(refusal().ends_with("it is not there"));
    }

    #[test]
    fn a_credential_has_a_plain_name_and_a_folder() {
        let refusal = |name: &str| {
            let keys = Keys { credential: Some(name.into()), ..Keys::default() };
            keys.for_new_file().map(|_| ()).unwrap_err().message
        };

        assert!(refusal("../../etc/shadow").ends_with("that is no name of one"));
        assert!(refusal("..").ends_with("that is no name of one"));
        assert!(refusal("vault-key").ends_with("`CREDENTIALS_DIRECTORY` is not set"));
    }

    fn key(folder: &Path, name: &str, byte: u8) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, [byte; 32]).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }
}

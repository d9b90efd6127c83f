//! An app's RSA key, from a file or from the vault.

use jsonwebtoken::EncodingKey;
use shorepass_core::{
    exchange::{ExchangeError, StoredLogin},
    identity::GithubAppKey as AppKey,
};

use super::super::misconfigured;
use crate::file;

pub(super) struct Key(pub(super) EncodingKey);

impl Key {
    /// PEM, as GitHub hands it out.
    pub(super) fn read(place: &AppKey, login: &StoredLogin) -> Result<Self, ExchangeError> {
        let missing = |why: String| misconfigured("github_app_key_missing", why);
        match place {
            AppKey::File(path) => {
                let shown = path.display();
                let bytes = file::bytes(path, LONGEST_KEY).map_err(|why| {
                    missing(format!("the app's private key `{shown}` cannot be used: {why}"))
                        .with_hint(format!("see whether you may read it: `ls -l {shown}`"))
                })?;
                Self::parse(&bytes).ok_or_else(|| broken(&format!("the file `{shown}`")))
            }
            AppKey::Login(name) => match login {
                StoredLogin::Read { found, .. } => Self::parse(found.secret.expose().as_bytes())
                    .ok_or_else(|| broken(&format!("what is stored as `{name}`"))),
                StoredLogin::Unread { error, .. } => Err(error.clone()),
                StoredLogin::None | StoredLogin::At { .. } => Err(missing(format!(
                    "nothing is stored as `{name}`, which should be the app's private key"
                ))
                .with_hint(format!(
                    "store it: `shorepass vault put {name} --username app --password-stdin < KEY.pem`"
                ))),
            },
        }
    }

    fn parse(pem: &[u8]) -> Option<Self> {
        EncodingKey::from_rsa_pem(pem).ok().map(Self)
    }
}

fn broken(what: &str) -> ExchangeError {
    misconfigured("github_app_key_broken", format!("{what} is no RSA private key in PEM"))
        .with_hint("get a new one: \"Generate a private key\" on the app's page at GitHub")
}

const LONGEST_KEY: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use shorepass_core::{exchange::ErrorKind, vault::Login};
    use shorepass_secret::Secret;

    use super::*;

    #[test]
    fn a_key_that_is_none_is_named_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        std::fs::write(&path, "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n")
            .unwrap();
        let login = Login { username: "app".into(), secret: Secret::new("canary") };
        let stored = StoredLogin::Read { key: "name:k".into(), found: login };
        let code = |place: AppKey, login: &StoredLogin| {
            let error = Key::read(&place, login).err().unwrap();
            assert!(!format!("{error:?}").contains("canary"));
            error.code
        };

        assert_eq!(code(AppKey::File(path), &StoredLogin::None), "github_app_key_broken");
        assert_eq!(code(AppKey::File("/nowhere/key.pem".into()), &stored), "github_app_key_missing");
        assert_eq!(code(AppKey::Login("k".into()), &stored), "github_app_key_broken");
        assert_eq!(code(AppKey::Login("k".into()), &StoredLogin::None), "github_app_key_missing");
        let error = ExchangeError::new(ErrorKind::Denied, "vault_locked", "it is locked");
        let unread = StoredLogin::Unread { key: "name:k".into(), error };
        assert_eq!(code(AppKey::Login("k".into()), &unread), "vault_locked");
    }
}

//! The file in which the AWS CLI keeps a sign-in: `~/.aws/sso/cache/SHA1.json`.
//!
//! It is the CLI's, and other SDKs write it too: what is not understood is kept as it is, and a new
//! version takes the place of the old one at once, readable by its owner only.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use crate::clock;

/// A sign-in: an access token, and perhaps what it takes to renew it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Cache {
    fields: Map<String, Value>,
    expires_at: SystemTime,
}

/// What it takes to renew a token.
pub(super) struct Registration<'a> {
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a str,
    pub(super) refresh_token: &'a str,
}

/// The file of the sign-in with this name: the session's, or else the start URL.
pub(super) fn path(home: &Path, key: &str) -> PathBuf {
    let hash: String = Sha1::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
    home.join(".aws/sso/cache").join(hash).with_extension("json")
}

/// The turn to renew a sign-in, until it is dropped; none where a folder cannot be locked.
pub(super) async fn turn(path: &Path) -> Option<File> {
    let folder = File::open(path.parent()?).ok()?;
    while matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
        tokio::time::sleep(TURN).await;
    }
    Some(folder)
}

impl Cache {
    /// None if there is no such file, or not one with a token.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(LONGEST_FILE).read_to_end(&mut bytes).ok()?;
        let Value::Object(fields) = serde_json::from_slice(&bytes).ok()? else {
            return None;
        };
        let expires_at = clock::parse(fields.get("expiresAt")?.as_str()?)?;
        let cache = Self { fields, expires_at };
        (!cache.access_token().is_empty()).then_some(cache)
    }

    pub(super) fn access_token(&self) -> &str {
        self.text("accessToken").unwrap_or_default()
    }

    pub(super) fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// What renews the token, if it is there and has not ended itself.
    pub(super) fn registration(&self, now: SystemTime) -> Option<Registration<'_>> {
        let ends = clock::parse(self.text("registrationExpiresAt")?)?;
        let registration = Registration {
            client_id: self.text("clientId")?,
            client_secret: self.text("clientSecret")?,
            refresh_token: self.text("refreshToken")?,
        };
        (ends > now).then_some(registration)
    }

    /// The same sign-in with a new token.
    pub(super) fn renewed(
        &self,
        access_token: &str,
        refresh_token: Option<&str>,
        expires_at: SystemTime,
    ) -> Self {
        let mut fields = self.fields.clone();
        fields.insert("accessToken".into(), access_token.into());
        fields.insert("expiresAt".into(), clock::show(expires_at).into());
        if let Some(refresh_token) = refresh_token {
            fields.insert("refreshToken".into(), refresh_token.into());
        }
        Self { fields, expires_at }
    }

    /// Replaces the file.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&beside).and_then(|mut file| {
            file.write_all(&serde_json::to_vec(&self.fields)?)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cache(expires at {})", clock::show(self.expires_at))
    }
}

const LONGEST_FILE: u64 = 256 * 1024;
const TURN: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_file_has_the_name_that_the_aws_cli_gives_it() {
        let path = path(Path::new("/home/x"), "dev");

        assert!(path.ends_with(".aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json"));
    }

    #[test]
    fn a_renewed_sign_in_keeps_what_is_not_understood_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, FILE).unwrap();
        let ends = UNIX_EPOCH + Duration::from_secs(1_767_225_600);

        Cache::read(&path).unwrap().renewed("new", None, ends).write(&path).unwrap();
        let again = Cache::read(&path).unwrap();

        assert_eq!((again.access_token(), again.expires_at()), ("new", ends));
        assert_eq!(again.text("refreshToken"), Some("refresh"));
        assert_eq!(again.text("somethingNew"), Some("kept"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_registration_that_has_ended_renews_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, FILE).unwrap();
        let cache = Cache::read(&path).unwrap();

        let before = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let after = UNIX_EPOCH + Duration::from_secs(2_000_000_000);

        assert!(cache.registration(before).is_some());
        assert!(cache.registration(after).is_none());
        assert!(!format!("{cache:?}").contains("access"));
    }

    #[test]
    fn a_damaged_file_is_no_sign_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for text in [
            "",
            "[]",
            "{}",
            r#"{"accessToken":"x"}"#,
            r#"{"accessToken":"","expiresAt":"2026-01-01T00:00:00Z"}"#,
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(Cache::read(&path), None, "{text}");
        }
    }

    const FILE: &str = r#"{"accessToken":"access","expiresAt":"2025-01-01T00:00:00Z","clientId":"id",
        "clientSecret":"secret","refreshToken":"refresh","registrationExpiresAt":"2025-03-01T00:00:00Z",
        "somethingNew":"kept"}"#;
}

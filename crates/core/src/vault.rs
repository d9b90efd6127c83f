//! The words between the broker and the vault: the keyring or file that keeps logins.
//!
//! The vault is worked by a process of its own, one per operation, because a keyring can hang, belongs to
//! one user, and is reached through what that user's session says. These are its lines of JSON.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::exchange::{ExchangeError, read_secret, write_secret};

/// A user name and its secret, as somebody typed them or as a client stored them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// [`REFRESH_TOKEN`] says what the secret is.
    pub username: String,
    /// Password, token or private key.
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    pub secret: Secret,
}

/// Docker's user name for a secret that is an OAuth 2 refresh token.
pub const REFRESH_TOKEN: &str = "<token>";

/// Where logins are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultKind {
    /// The freedesktop Secret Service: GNOME Keyring, `KWallet`, `KeePassXC`.
    SecretService,
    /// macOS.
    Keychain,
    /// Windows.
    CredentialManager,
    /// The Linux kernel's keyring, which lives in memory until the machine stops.
    Keyutils,
    /// A file under a key of its own.
    File,
    /// Nothing is kept.
    None,
}

impl VaultKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SecretService,
        Self::Keychain,
        Self::CredentialManager,
        Self::Keyutils,
        Self::File,
        Self::None,
    ];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecretService => "secret-service",
            Self::Keychain => "keychain",
            Self::CredentialManager => "credential-manager",
            Self::Keyutils => "keyutils",
            Self::File => "file",
            Self::None => "none",
        }
    }
}

/// `[vault]`: which store, and what it wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VaultSettings {
    /// The only store; by default the best that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<VaultKind>,
    /// The encrypted file; by default in the caller's state folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// A file whose bytes are the key of the encrypted file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The name of a systemd credential that is the key: a file in `$CREDENTIALS_DIRECTORY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_credential: Option<String>,
    /// Another credential helper, which is asked for registries that nobody has logged in to here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hand_on: Option<String>,
}

/// One operation, as one line on the worker's standard input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultRequest {
    /// Where.
    pub settings: VaultSettings,
    /// What the file's key is made of, when somebody has typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase: Option<Passphrase>,
    /// What.
    pub task: VaultTask,
}

/// What somebody typed to open the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passphrase(#[serde(serialize_with = "write_secret", deserialize_with = "read_secret")] pub Secret);

/// What can be done. A key is [`crate::login::LoginKey`]'s text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[expect(missing_docs, reason = "`key` names an entry in every variant")]
pub enum VaultTask {
    /// Answered by [`VaultAnswer::Login`] or [`VaultAnswer::Absent`].
    Get { key: String },
    /// Adds or replaces; answered by [`VaultAnswer::Done`].
    Put { key: String, login: Login },
    /// Answered by [`VaultAnswer::Done`], or by [`VaultAnswer::Absent`] when nothing was there.
    Erase { key: String },
    /// Answered by [`VaultAnswer::Listed`].
    List,
    /// Which store it would be, and why; answered by [`VaultAnswer::Surveyed`]. Opens nothing that asks a person.
    Survey,
}

/// What came of it, as one line on the worker's standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultReply {
    /// The store that was used or tried.
    pub store: VaultKind,
    /// What came of it.
    pub answer: VaultAnswer,
}

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum VaultAnswer {
    /// Here it is.
    Login(Login),
    /// No such entry.
    Absent,
    /// Done, and it will still be so after a crash.
    Done,
    /// Keys and user names; never a secret.
    Listed {
        /// Key → user name.
        logins: BTreeMap<String, String>,
    },
    /// Which store, and why.
    Surveyed {
        /// Why this one: a lower-case fragment.
        because: String,
        /// The others, and why not them.
        passed_over: Vec<PassedOver>,
    },
    /// It failed; the codes stand in `docs/errors.md`.
    Error(ExchangeError),
}

/// A store that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Which.
    pub store: VaultKind,
    /// Why not: a lower-case fragment.
    pub why: String,
}

/// The longest line that may travel either way.
pub const LONGEST_VAULT_LINE: usize = 1024 * 1024;

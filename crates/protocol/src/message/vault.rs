//! Stored logins, as a person works with them by hand.

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::Failure;
use crate::wire_secret;

/// What can be done with stored logins by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[expect(missing_docs, reason = "`key` means the same in every variant: an address, or `name:NAME`")]
pub enum VaultOperation {
    /// Which store it is and why; answered by [`VaultShown`].
    Show,
    /// Keys and user names; answered by [`Listed`](super::Listed).
    List,
    /// What is kept under the key, and nothing that a route would make; answered by [`Granted`](super::Granted), or
    /// `not_found`.
    Get { key: String },
    /// Adds or replaces; answered by [`Done`](super::Done).
    Put {
        key: String,
        /// Who.
        username: String,
        /// The password, the token or the key.
        #[serde(with = "wire_secret")]
        secret: Secret,
    },
    /// Answered by [`Done`](super::Done), also when nothing was there.
    Erase { key: String },
    /// Opens the encrypted file for as long as the broker lives; answered by [`Done`](super::Done).
    Unlock {
        /// What the file's key is made of.
        #[serde(with = "wire_secret")]
        passphrase: Secret,
    },
}

/// Where logins are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultShown {
    /// `secret-service`, `file`, `none` …
    pub store: String,
    /// Why this one.
    pub because: String,
    /// The others, and why not them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// How many logins are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logins: Option<u64>,
    /// Why that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A store that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Which.
    pub store: String,
    /// Why not.
    pub why: String,
}

//! Credentials and logins: handed out, renewed, listed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::Failure;
use crate::wire_secret;

/// The answer to `get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// `AWS`, `oauth2accesstoken`, `<token>` …
    pub username: String,
    /// The password.
    #[serde(with = "wire_secret")]
    pub secret: Secret,
    /// RFC 3339, UTC; absent where nobody has said when it ends, as with a stored login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

/// The answer to operations that only do something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Done {
    /// How many credentials it touched.
    pub count: u64,
    /// Those that failed, for `refresh`: registry and reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedRegistry>,
    /// How far this machine's clock is ahead of the upstream's, as `refresh` of one registry found; negative is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead_s: Option<i64>,
}

/// One registry that could not be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRegistry {
    /// Its host.
    pub registry: String,
    /// Why.
    pub failure: Failure,
}

/// The answer to `list`: registry host → user name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listed {
    /// Bare hosts: podman refuses a list with `https://` in it.
    pub registries: BTreeMap<String, String>,
    /// Why there may be more than these: the vault does not say what it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<Failure>,
}

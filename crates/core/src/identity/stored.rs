//! A login that is kept in the vault: the registry's own, or one by the name that a person gave it.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::LoginUse;
use crate::{
    config::reader::Reader,
    login::LoginKey,
    token::{TokenSource, Tokens},
};

/// Settings of a stored login; all absent means the one that `docker login` has stored for the registry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Its name, as in `shorepass vault put NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, _tokens: &Tokens) -> Self {
        Self { login: table.text("login", login_name) }
    }

    pub(super) fn login(&self) -> LoginUse<'_> {
        self.login.as_deref().map_or(LoginUse::OfRegistry, LoginUse::Named)
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn token(&self) -> Option<&TokenSource> {
        None
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        Vec::new()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn files(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The check of a `login` key.
pub(super) fn login_name(text: &str) -> Result<String, &'static str> {
    match LoginKey::named(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("the name of a stored login: letters, digits, `-`, `_` and `.`"),
    }
}

pub(super) const REACHING: &[&str] = super::VAULT;

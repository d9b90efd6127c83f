//! An OIDC token, shown to a registry's own token service, which gives a credential for it.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::LoginUse;
use crate::{
    config::reader::Reader,
    token::{TokenSource, Tokens},
};

/// Where the token comes from; no default is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The `[token.NAME]`; always there in what the configuration has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Box<TokenSource>>,
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Self {
        if !table.has("token") {
            table.fault_here("an identity of type `oidc` needs the key `token`");
        }
        Self { token: TokenSource::named(table, tokens) }
    }

    pub(super) fn token(&self) -> Option<&TokenSource> {
        self.token.as_deref()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn login(&self) -> LoginUse<'_> {
        LoginUse::None
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

/// A program that gives the token may look at home.
pub(super) const REACHING: &[&str] = &["HOME", "USERPROFILE"];

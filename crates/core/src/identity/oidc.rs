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
    pub token: Option<TokenSource>,
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Self {
        if !table.has("token") {
            table.fault_here("an identity of type `oidc` needs the key `token`");
        }
        Self {
            token: table.text("token", |name| {
                tokens.get(name).cloned().ok_or("the name of a token that is defined as `[token.NAME]`")
            }),
        }
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn login(&self) -> LoginUse<'_> {
        LoginUse::None
    }

    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        self.token.as_ref().and_then(TokenSource::variables).into_iter().collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn files(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whoever renews the token writes there.
    pub(super) fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        self.token.as_ref().and_then(TokenSource::file).into_iter().collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A program that gives the token may look at home.
pub(super) const REACHING: &[&str] = &["HOME", "USERPROFILE"];

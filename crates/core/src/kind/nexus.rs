//! Sonatype Nexus Repository: a user, or a user token whose two halves are name and password.
//!
//! It has no exchange of its own: the login is handed out as it was stored.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, not_narrowed};
use crate::{access::Access, identity::IdentityType, registry::Registry};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
}

impl Target {
    /// The registry itself.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        Self { host: registry.authority() }
    }

    pub(super) fn key(&self) -> String {
        self.host.clone()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn notes(&self, access: Access, repositories: &[String]) -> Vec<String> {
        not_narrowed("Nexus", access, repositories)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[];

/// Its names are the operator's own.
pub(super) fn recognise(_registry: &Registry) -> Option<Target> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, _keys: &Keys) -> Result<Target, String> {
    Ok(Target::of(registry))
}

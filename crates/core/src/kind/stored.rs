//! Any registry that takes a login as somebody has stored it: by `docker login`, or by `shorepass vault put`.
//!
//! What no other kind recognises is this one, so that one helper can stand for all registries.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, not_narrowed};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

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
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("a stored login", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[];

/// No name tells; it is what is left when no kind knows the host.
pub(super) fn recognise(_registry: &Registry) -> Option<Target> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, _keys: &Keys) -> Result<Target, String> {
    Ok(Target::of(registry))
}

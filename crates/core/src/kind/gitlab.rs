//! GitLab's container registry: `registry.gitlab.com`, and whatever names its operators give it.
//!
//! There is nothing to exchange: a job's token, a deploy token and an access token are passwords as they are.

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
    fn of(registry: &Registry) -> Self {
        Self { host: registry.authority() }
    }

    pub(super) fn key(&self) -> String {
        self.host.clone()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("GitLab", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Gitlab, IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[];

pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let is_it = registry.has_default_port() && registry.host() == "registry.gitlab.com";
    is_it.then(|| Target::of(registry))
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, _keys: &Keys) -> Result<Target, String> {
    Ok(Target::of(registry))
}

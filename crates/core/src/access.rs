//! What a credential may do, and what to do where it could do more.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::Identity;

/// What the credential may do in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read images.
    Pull,
    /// Read and write images.
    Push,
    /// Whatever the identity allows.
    #[default]
    Full,
}

impl Access {
    /// The values a configuration may name.
    pub const ALL: [Self; 3] = [Self::Pull, Self::Push, Self::Full];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What to do where a credential would be wider than a rule's `access` and `repositories` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Narrow {
    /// Hand it out; `explain` says so.
    #[default]
    IfPossible,
    /// Hand out none.
    Require,
}

impl Narrow {
    /// The values a configuration may name.
    pub const ALL: [Self; 2] = [Self::IfPossible, Self::Require];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::IfPossible => "if-possible",
            Self::Require => "require",
        }
    }
}

/// How narrow a credential is wanted, and who asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What it may do.
    pub access: Access,
    /// Where it may do that; empty means wherever the identity may.
    pub repositories: &'a [String],
    /// Who we are.
    pub identity: &'a Identity,
}

impl Asked<'_> {
    /// Whether it is to be narrower than the identity.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        self.access != Access::Full || !self.repositories.is_empty()
    }
}

//! What a credential may do.

use std::fmt;

use serde::{Deserialize, Serialize};

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

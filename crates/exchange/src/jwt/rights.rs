//! What a registry's token allows, by its own words: the claim `access` of distribution's token specification.
//!
//! Nothing is verified and nothing relied on: the registry has the last word.

use serde::Deserialize;

/// The claim.
#[derive(Debug, Default)]
pub(crate) struct Rights(Vec<Right>);

impl Rights {
    /// What a token says; `None` when it cannot be read, or has no such claim.
    pub(crate) fn of(token: &str) -> Option<Self> {
        let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token).ok()?;
        claims.access.map(Self)
    }

    /// Whether this may be done in that repository.
    pub(crate) fn hold(&self, repository: &str, action: &str) -> bool {
        self.0.iter().any(|right| {
            right.kind == "repository"
                && right.name == repository
                && right.actions.iter().any(|held| held == action || held == "*")
        })
    }
}

#[derive(Deserialize)]
struct Claims {
    access: Option<Vec<Right>>,
}

#[derive(Debug, Deserialize)]
struct Right {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    actions: Vec<String>,
}

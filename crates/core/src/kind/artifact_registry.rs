//! Google Artifact Registry: `REGION-docker.pkg.dev`, `docker.REGION.rep.pkg.dev` and `gcr.io`, which it serves too.
//!
//! Hosts follow Google's own helper and Kubernetes' provider. One token of an identity is good for all
//! locations and projects, so no host is part of what is cached.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, repositories_not_narrowed};
use crate::{
    access::{Access, Asked},
    identity::{Identity, IdentityType},
    registry::Registry,
};

/// Any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {}

impl Target {
    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn key(&self) -> String {
        String::new()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        let access = (asked.access != Access::Full && is_given_as_it_is(asked.identity)).then(|| {
            format!("`access = \"{}\"` is not enforced for this identity: {GIVEN_AS_IT_IS}", asked.access)
        });
        access.into_iter().chain(repositories_not_narrowed("Artifact Registry", asked)).collect()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn notes(&self, asked: &Asked<'_>) -> Vec<String> {
        let is_scoped = asked.access != Access::Full && !is_given_as_it_is(asked.identity);
        let scope = is_scoped.then(|| {
            format!(
                "`access = \"{}\"` asks for a narrower scope, which credential files and impersonation give; \
                 {GIVEN_AS_IT_IS}",
                asked.access
            )
        });
        scope.into_iter().collect()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Google];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &["us", "eu", "europe", "asia", "us-east1", "europe-west10"];
pub(super) const KEYS: &[Key] = &[];

pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let host = registry.host();
    let is_ours = if let Some(place) = host.strip_suffix("-docker.pkg.dev") {
        CONTINENTS.contains(&place) || is_region(place)
    } else if let Some(rest) = host.strip_suffix(".rep.pkg.dev") {
        rest.strip_prefix("docker.").is_some_and(is_region)
    } else {
        host == "gcr.io" || host.strip_suffix(".gcr.io").is_some_and(|area| GCR.contains(&area))
    };
    (is_ours && registry.has_default_port()).then_some(Target {})
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(_registry: &Registry, _keys: &Keys) -> Result<Target, String> {
    Ok(Target {})
}

/// Whether the identity names a place whose tokens have the scopes that they have.
fn is_given_as_it_is(identity: &Identity) -> bool {
    matches!(identity, Identity::Google(google) if google.source.is_some() && google.service_account.is_none())
}

/// Why a token of Google may be wider than it is asked to be.
pub const GIVEN_AS_IT_IS: &str = "gcloud and most machines' metadata servers give what they have";

/// `[a-z]+-[a-z]+[0-9]{1,2}`
fn is_region(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let Some((area, rest)) = text.split_once('-') else { return false };
    let name = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    is_word(area) && is_word(name) && (1..=2).contains(&(rest.len() - name.len()))
}

const CONTINENTS: [&str; 3] = ["us", "europe", "asia"];
const GCR: [&str; 4] = ["us", "eu", "asia", "marketplace"];

//! JFrog Artifactory: `NAME.jfrog.io`, and whatever names its operators give it.
//!
//! A stored login is handed out as it is. With an OIDC token JFrog's own token service is asked, which is the
//! server's: where a host is that of one repository (`NAME-REPOSITORY.jfrog.io`), the rule must name the
//! server as `endpoint`, because a server's own name may hold a hyphen, too.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, not_narrowed};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The server, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The OIDC integration's name at JFrog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The project whose integration it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_key: Option<String>,
    /// The one identity mapping to be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_mapping: Option<String>,
    /// The audience that the integration expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

impl Target {
    pub(super) fn key(&self) -> String {
        let decisive =
            [&self.endpoint, &self.provider, &self.project_key, &self.identity_mapping, &self.audience];
        format!("{} {decisive:?}", self.host)
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("Artifactory", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored, IdentityType::Oidc];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &["myserver"];
pub(super) const KEYS: &[Key] = &[
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "provider", shape: Shape::Text(name) },
    Key { name: "project_key", shape: Shape::Text(name) },
    Key { name: "identity_mapping", shape: Shape::Text(name) },
    Key { name: "audience", shape: Shape::Text(name) },
];

/// `NAME.jfrog.io`
pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let name = registry.host().strip_suffix(".jfrog.io")?;
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_name = name.bytes().all(good) && !name.starts_with('-') && !name.ends_with('-');
    (is_name && registry.has_default_port()).then(|| target(registry, &Keys::default()))
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    Ok(target(registry, keys))
}

fn target(registry: &Registry, keys: &Keys) -> Target {
    let text = |name| keys.text(name).map(str::to_owned);
    Target {
        host: registry.authority(),
        endpoint: text("endpoint"),
        provider: text("provider"),
        project_key: text("project_key"),
        identity_mapping: text("identity_mapping"),
        audience: text("audience"),
    }
}

fn name(text: &str) -> Result<(), &'static str> {
    let is_name = (1..=255).contains(&text.trim().len()) && !text.contains(char::is_control);
    if is_name { Ok(()) } else { Err("a text of 1 to 255 letters, as it stands at the token service") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_the_token_decides_the_scope() {
        let registry = Registry::parse("shore.jfrog.io").unwrap();
        let key = |names: &[&'static str]| {
            let mut keys = Keys::default();
            names.iter().for_each(|name| keys.set_text(name, "x"));
            configure(&registry, &keys).unwrap().key()
        };

        let all = ["endpoint", "provider", "project_key", "identity_mapping", "audience"];
        let mut seen: Vec<_> = all.iter().map(|name| key(&[name])).chain([key(&[]), key(&all)]).collect();
        seen.sort();
        seen.dedup();

        assert_eq!(seen.len(), all.len() + 2);
        assert_eq!(key(&[]), recognise(&registry).unwrap().key());
    }
}

//! Names of stored logins: a registry, a namespace of one, or a name that a person gave.
//!
//! Clients spell one registry in many ways; all of them are one key, so that whoever logs in with one
//! client is logged in with all.

use std::fmt;

use crate::registry::{AddressError, Registry};

/// The name of one stored login.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginKey(String);

impl LoginKey {
    /// The login of a registry or of a namespace in it, in any spelling.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        match registry.path() {
            Some(path) => Self(format!("{}/{path}", registry.authority())),
            None => Self(registry.authority()),
        }
    }

    /// A login by the name that a person gave: letters, digits, `-`, `_` and `.`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let is_good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let is_name = (1..=64).contains(&name.len()) && name.bytes().all(is_good);
        is_name.then(|| Self(format!("{NAMED}{name}")))
    }

    /// From either: `name:NAME` or an address.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match text.trim().strip_prefix(NAMED).and_then(Self::named) {
            Some(named) => Ok(named),
            None => Registry::parse(text).map(|registry| Self::of(&registry)),
        }
    }

    /// The keys under which a registry's login may be, the most specific first. What the Docker CLI keeps
    /// beside Docker Hub's login is asked for by its own name only.
    #[must_use]
    pub fn candidates(registry: &Registry) -> Vec<Self> {
        let whole = Self::of(registry);
        if whole.is_aside() {
            return vec![whole];
        }
        let mut keys = vec![whole.0];
        while let Some(shorter) = keys.last().and_then(|key| Some(key.rsplit_once('/')?.0.to_owned())) {
            keys.push(shorter);
        }
        keys.into_iter().map(Self).collect()
    }

    /// The login of Docker Hub, which is good at its other names, too.
    #[must_use]
    pub(crate) fn docker_hub() -> Self {
        Self("docker.io".into())
    }

    /// Whether it is one of the Docker CLI's own tokens, which are no registry logins.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        matches!(self.0.as_str(), "docker.io/v1/access-token" | "docker.io/v1/refresh-token")
    }

    /// The name that a person gave; `None` for a registry's.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.strip_prefix(NAMED)
    }

    /// As the vault knows it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// No host has a colon before something that is no port.
const NAMED: &str = "name:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_registry_is_one_key() {
        let key = |text: &str| LoginKey::parse(text).unwrap().0;

        for text in ["r.example", "https://R.example/v2/", "http://r.example", "r.example:443"] {
            assert_eq!(key(text), "r.example", "{text}");
        }
        for text in ["docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"] {
            assert_eq!(key(text), "docker.io", "{text}");
        }
        assert_eq!(key("r.example:5000/team/app"), "r.example:5000/team/app");
        assert_eq!(key("name:harbor-admin"), "name:harbor-admin");
        assert!(LoginKey::parse("name:harbor admin").is_err());
    }

    #[test]
    fn the_most_specific_key_is_looked_for_first() {
        let candidates = |text: &str| -> Vec<String> {
            LoginKey::candidates(&Registry::parse(text).unwrap()).into_iter().map(|key| key.0).collect()
        };

        assert_eq!(
            candidates("r.example:5000/a/b"),
            ["r.example:5000/a/b", "r.example:5000/a", "r.example:5000"]
        );
        assert_eq!(candidates("https://index.docker.io/v1/"), ["docker.io"]);
    }

    #[test]
    fn what_the_docker_cli_keeps_beside_a_login_is_not_the_login() {
        for token in ["access-token", "refresh-token"] {
            let registry = Registry::parse(&format!("https://index.docker.io/v1/{token}")).unwrap();

            assert_eq!(LoginKey::candidates(&registry), [LoginKey(format!("docker.io/v1/{token}"))]);
        }
    }
}

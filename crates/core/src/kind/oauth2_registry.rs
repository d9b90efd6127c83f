//! A registry with token authentication whose token service gives refresh tokens.
//!
//! The stored user and password go to that service and no further: clients get a refresh token instead.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, not_narrowed, span_between};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// Where the registry is asked, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The host of the token service, where that is not the registry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm_host: Option<String>,
    /// How long its refresh tokens live, where somebody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<Duration>,
}

impl Target {
    pub(super) fn key(&self) -> String {
        format!("{self:?}")
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("kind `oauth2-registry`", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "realm_host", shape: Shape::Text(realm_host) },
    Key { name: "life", shape: Shape::Text(life) },
];

/// Its names are the operator's own.
pub(super) fn recognise(_registry: &Registry) -> Option<Target> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    Ok(Target {
        host: registry.authority(),
        endpoint: keys.text("endpoint").map(str::to_owned),
        realm_host: keys.text("realm_host").map(str::to_owned),
        life: keys.text("life").and_then(|text| span_between(text, LEAST_LIFE, LONGEST_LIFE)),
    })
}

pub(crate) fn realm_host(text: &str) -> Result<(), &'static str> {
    match Registry::parse(text) {
        Ok(host) if host.path().is_none() && !text.contains('/') => Ok(()),
        _ => Err("`HOST` or `HOST:PORT`"),
    }
}

fn life(text: &str) -> Result<(), &'static str> {
    span_between(text, LEAST_LIFE, LONGEST_LIFE).map(|_| ()).ok_or("a duration from `1m` to `30days`")
}

const LEAST_LIFE: Duration = Duration::from_secs(60);
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_s_host_is_a_host_and_no_address() {
        for good in ["auth.r.example", "auth.r.example:8443", "127.0.0.1:5001"] {
            assert_eq!(realm_host(good), Ok(()), "{good}");
        }
        for bad in
            ["", "https://auth.r.example", "auth.r.example/token", "user@auth.r.example", "*.r.example"]
        {
            assert!(realm_host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_life_is_bounded() {
        assert_eq!((life("1m"), life("30days")), (Ok(()), Ok(())));
        for bad in ["", "59s", "31days", "always"] {
            assert!(life(bad).is_err(), "{bad}");
        }
    }
}

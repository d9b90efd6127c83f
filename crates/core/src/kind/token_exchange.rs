//! Any registry whose token service speaks RFC 8693, as the configuration describes it.
//!
//! Nothing about it can be guessed: the rule must say where the service is, and which user name goes with its
//! tokens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, not_narrowed, span_between};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The token service's own address.
    pub endpoint: String,
    /// What the registry wants as user name beside the token.
    pub username: String,
    /// What the token that is shown is said to be.
    pub subject_token_type: String,
    /// What the token that comes back should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_token_type: Option<String>,
    /// Whom the token is for, by the service's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Whom the token is for, by address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What the token is to allow: words with spaces between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who asks, where the service wants to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// How long the token lives when the service does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<Duration>,
}

impl Target {
    pub(super) fn key(&self) -> String {
        format!("{self:?}")
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("kind `token-exchange`", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Oidc];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "username", shape: Shape::Text(username) },
    Key { name: "subject_token_type", shape: Shape::Text(token_type) },
    Key { name: "requested_token_type", shape: Shape::Text(token_type) },
    Key { name: "audience", shape: Shape::Text(line) },
    Key { name: "resource", shape: Shape::Text(resource) },
    Key { name: "scope", shape: Shape::Text(line) },
    Key { name: "client_id", shape: Shape::Text(line) },
    Key { name: "life", shape: Shape::Text(life) },
];

/// Its names are the operator's own.
pub(super) fn recognise(_registry: &Registry) -> Option<Target> {
    None
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let text = |name| keys.text(name).map(str::to_owned);
    let needed = |name| {
        text(name).ok_or_else(|| format!("a registry of kind `token-exchange` needs the key `{name}`"))
    };
    Ok(Target {
        host: registry.authority(),
        endpoint: needed("endpoint")?,
        username: needed("username")?,
        subject_token_type: long_name(keys.text("subject_token_type").unwrap_or("jwt")),
        requested_token_type: keys.text("requested_token_type").map(long_name),
        audience: text("audience"),
        resource: text("resource"),
        scope: text("scope"),
        client_id: text("client_id"),
        life: keys.text("life").and_then(|text| span_between(text, LEAST_LIFE, LONGEST_LIFE)),
    })
}

/// RFC 8693's own types may be given without what they begin with.
fn long_name(text: &str) -> String {
    if TOKEN_TYPES.contains(&text) {
        format!("urn:ietf:params:oauth:token-type:{text}")
    } else {
        text.to_owned()
    }
}

fn token_type(text: &str) -> Result<(), &'static str> {
    let is_uri = text.contains(':') && line(text).is_ok() && !text.contains(char::is_whitespace);
    if is_uri || TOKEN_TYPES.contains(&text) {
        Ok(())
    } else {
        Err("`jwt`, `id_token`, `access_token` or an URI")
    }
}

fn username(text: &str) -> Result<(), &'static str> {
    if line(text).is_ok() && !text.contains(':') {
        Ok(())
    } else {
        Err("a user name without a colon, or `<token>`")
    }
}

fn resource(text: &str) -> Result<(), &'static str> {
    let is_uri = text.contains(':') && !text.contains(['#', ' ']) && line(text).is_ok();
    if is_uri { Ok(()) } else { Err("an absolute URI without a fragment") }
}

fn line(text: &str) -> Result<(), &'static str> {
    let is_line = (1..=2048).contains(&text.trim().len()) && !text.contains(char::is_control);
    if is_line { Ok(()) } else { Err("one line of text") }
}

fn life(text: &str) -> Result<(), &'static str> {
    span_between(text, LEAST_LIFE, LONGEST_LIFE).map(|_| ()).ok_or("a duration from `1m` to `24h`")
}

const TOKEN_TYPES: [&str; 6] = ["access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt"];
const LEAST_LIFE: Duration = Duration::from_secs(60);
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_where_and_under_which_name() {
        let registry = Registry::parse("r.example").unwrap();
        let mut keys = Keys::default();

        assert!(configure(&registry, &keys).unwrap_err().contains("needs the key `endpoint`"));
        keys.set_text("endpoint", "https://sts.example/token");
        assert!(configure(&registry, &keys).unwrap_err().contains("needs the key `username`"));
        keys.set_text("username", "<token>");
        keys.set_text("life", "10m");
        keys.set_text("requested_token_type", "access_token");
        let target = configure(&registry, &keys).unwrap();

        assert_eq!(target.subject_token_type, "urn:ietf:params:oauth:token-type:jwt");
        assert_eq!(
            target.requested_token_type.as_deref(),
            Some("urn:ietf:params:oauth:token-type:access_token")
        );
        assert_eq!(target.life, Some(Duration::from_secs(600)));
    }

    #[test]
    fn every_key_refuses_what_it_cannot_mean() {
        for bad in ["", "token", "jwt ", "urn:x y"] {
            assert!(token_type(bad).is_err(), "{bad:?}");
        }
        for bad in ["", " ", "a:b", "a\nb"] {
            assert!(username(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "r.example", "https://r.example/#x"] {
            assert!(resource(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "5", "59s", "25h", "forever"] {
            assert!(life(bad).is_err(), "{bad:?}");
        }
    }
}

//! The registry kinds: who recognises a host, and what must be known to exchange for it.
//!
//! A kind is one file here and one in `exchange/src/registry/`; its line in `kinds!` is all that
//! the rest of this crate needs. Nothing in a kind touches the network.

#[macro_use]
mod list;
mod acr;
mod artifact_registry;
mod ecr;
mod ecr_public;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{access::Access, identity::IdentityType, registry::Registry};

pub use acr::{Cloud as AcrCloud, Target as AcrTarget};
pub use artifact_registry::Target as ArtifactRegistryTarget;
pub use ecr::Target as EcrTarget;
pub use ecr_public::Target as EcrPublicTarget;

kinds! {
    "ecr" => Ecr(ecr),
    "ecr-public" => EcrPublic(ecr_public),
    "artifact-registry" => ArtifactRegistry(artifact_registry),
    "acr" => Acr(acr),
}

/// A key that a kind understands in a `[[registry]]` table, with the check of its value.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As written in the file.
    pub name: &'static str,
    /// What a value must look like.
    pub shape: Shape,
}

/// The shape of a configuration value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Switch,
    /// A string that passes the check; the check's error says what was expected.
    Text(fn(&str) -> Result<(), &'static str>),
}

/// The kind's own keys of one `[[registry]]` table, checked against [`Key::shape`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys(BTreeMap<&'static str, KeyValue>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum KeyValue {
    Switch(bool),
    Text(String),
}

impl Keys {
    /// Records a switch.
    pub fn set_switch(&mut self, name: &'static str, on: bool) {
        self.0.insert(name, KeyValue::Switch(on));
    }

    /// Records a text that has passed its check.
    pub fn set_text(&mut self, name: &'static str, text: &str) {
        self.0.insert(name, KeyValue::Text(text.to_owned()));
    }

    /// The names that were given.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(KeyValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn switch(&self, name: &str) -> Option<bool> {
        match self.0.get(name) {
            Some(KeyValue::Switch(on)) => Some(*on),
            _ => None,
        }
    }
}

/// For a kind whose credentials carry all that the identity may do.
fn not_narrowed(kind: &str, access: Access, repositories: &[String]) -> Vec<String> {
    let access = (access != Access::Full).then(|| {
        format!(
            "`access = \"{access}\"` is not enforced for {kind}: a token carries whatever the identity allows"
        )
    });
    access.into_iter().chain(repositories_not_narrowed(kind, repositories)).collect()
}

/// For a kind whose credentials are good for every repository.
fn repositories_not_narrowed(kind: &str, repositories: &[String]) -> Option<String> {
    (!repositories.is_empty()).then(|| {
        format!(
            "`repositories` is not enforced for {kind}: a token is good for all that the identity may reach"
        )
    })
}

/// [`endpoint`] for whoever wants the text.
pub(crate) fn checked_endpoint(text: &str) -> Result<String, &'static str> {
    endpoint(text).map(|()| text.to_owned())
}

/// An AWS region's name.
pub(crate) fn aws_region(text: &str) -> Result<String, &'static str> {
    ecr::region(text).map(|()| text.to_owned())
}

/// An URL that credentials may be sent to: HTTPS, or plain HTTP on this machine.
fn endpoint(text: &str) -> Result<(), &'static str> {
    const WANTED: &str = "an `https://` URL, or `http://` to a loopback address";
    let rest = text.strip_prefix("https://").or_else(|| {
        text.strip_prefix("http://").filter(|rest| {
            let authority = rest.split(['/', '?']).next().unwrap_or_default();
            Registry::parse(authority).is_ok_and(|address| {
                let host = address.host();
                let is_loopback = |ip: std::net::Ipv4Addr| ip.is_loopback();
                host == "localhost" || host == "[::1]" || host.parse().is_ok_and(is_loopback)
            })
        })
    });
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains('@') => Ok(()),
        _ => Err(WANTED),
    }
}

//! Azure Container Registry: `NAME.azurecr.io`, its regional endpoints and its sovereign clouds.
//!
//! A registry is asked under the very name that the client uses, because that is the `service` of its
//! tokens: its global and its regional names have credentials of their own. Layers come from other hosts
//! (`*.data.azurecr.io`, blob storage), which get none.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint};
use crate::{
    access::{Access, Asked},
    identity::IdentityType,
    registry::Registry,
};

/// One registry under one of its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// Which Azure it is in.
    pub cloud: Cloud,
    /// Where its token service is asked, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// An Azure with an Entra of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// The public one.
    Public,
    /// The one in China, run by 21Vianet.
    China,
    /// The one of the US Government.
    UsGovernment,
}

impl Cloud {
    fn named(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "china" => Some(Self::China),
            "us-government" => Some(Self::UsGovernment),
            _ => None,
        }
    }
}

impl Target {
    pub(super) fn key(&self) -> String {
        format!("{:?} {} {}", self.cloud, self.host, self.endpoint.as_deref().unwrap_or_default())
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        let access = asked.access;
        let is_wider = access != Access::Full && asked.repositories.is_empty();
        let why = || format!("`access = \"{access}\"` is enforced for ACR only together with `repositories`");
        is_wider.then(why).into_iter().collect()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn notes(&self, asked: &Asked<'_>) -> Vec<String> {
        let pattern = asked.repositories.iter().find(|name| name.contains('*')).map(|name| {
            format!("a token of ACR is for repositories by name, so `{name}` makes every request fail")
        });
        let both = (asked.access == Access::Full && !asked.repositories.is_empty()).then(|| {
            "`repositories` narrows the credential to those; without `access` it may pull from and push to them"
                .to_owned()
        });
        pattern.into_iter().chain(both).collect()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Azure];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &["myregistry", "westeurope"];
pub(super) const KEYS: &[Key] = &[
    Key { name: "cloud", shape: Shape::Text(cloud) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
];

/// `NAME[-LABEL][.REGION.geo].azurecr.{io,cn,us}`
pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    if !registry.has_default_port() {
        return None;
    }
    let host = registry.host();
    let (rest, cloud) =
        SUFFIXES.iter().find_map(|(suffix, cloud)| Some((host.strip_suffix(suffix)?, *cloud)))?;
    let name = match rest.split_once('.') {
        None => rest,
        Some((name, place)) => {
            let region = place.strip_suffix(".geo")?;
            is_made_of(region, 1, 50).then_some(name)?
        }
    };
    let is_name = match name.split_once('-') {
        None => is_made_of(name, 5, 50),
        Some((name, label)) => is_made_of(name, 5, 50) && is_made_of(label, 3, 32),
    };
    is_name.then(|| Target { host: host.to_owned(), cloud, endpoint: None })
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let named = recognise(registry).map_or(Cloud::Public, |target| target.cloud);
    let cloud = keys.text("cloud").and_then(Cloud::named).unwrap_or(named);
    Ok(Target { host: registry.authority(), cloud, endpoint: keys.text("endpoint").map(str::to_owned) })
}

fn is_made_of(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn cloud(text: &str) -> Result<(), &'static str> {
    Cloud::named(text).map(|_| ()).ok_or("`public`, `china` or `us-government`")
}

const SUFFIXES: [(&str, Cloud); 3] =
    [(".azurecr.io", Cloud::Public), (".azurecr.cn", Cloud::China), (".azurecr.us", Cloud::UsGovernment)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind;

    #[test]
    fn each_name_of_a_registry_is_a_scope_of_its_own() {
        let key = |host: &str| recognise(&Registry::parse(host).unwrap()).unwrap().key();

        assert_eq!(key("https://MyRegistry.azurecr.io/v2/"), key("myregistry.azurecr.io"));
        assert_ne!(key("myregistry.azurecr.io"), key("myregistry.westeurope.geo.azurecr.io"));
        assert_ne!(key("myregistry.azurecr.io"), key("myregistry.azurecr.us"));
    }

    #[test]
    fn what_is_not_enforced_is_noted() {
        let target = recognise(&Registry::parse("myregistry.azurecr.io").unwrap()).unwrap();
        let identity = IdentityType::Azure.default_identity();
        let notes = |access, repositories: &[&str]| {
            let repositories: Vec<_> = repositories.iter().map(ToString::to_string).collect();
            kind::Target::Acr(target.clone()).notes(&Asked {
                access,
                repositories: &repositories,
                identity: &identity,
            })
        };

        assert_eq!(notes(Access::Full, &[]), Vec::<String>::new());
        assert_eq!(notes(Access::Pull, &["team/app"]), Vec::<String>::new());
        assert!(notes(Access::Pull, &[])[0].contains("only together with `repositories`"));
        assert!(notes(Access::Push, &["team/*"])[0].contains("`team/*`"));
        assert_eq!(notes(Access::Full, &["team/*"]).len(), 2);
    }
}

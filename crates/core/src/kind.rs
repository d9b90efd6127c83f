//! The registry kinds: who recognises a host, and what must be known to exchange for it.
//!
//! A kind is one file here and one in `exchange/src/registry/`; its line in `kinds!` is all that
//! the rest of this crate needs. Nothing in a kind touches the network.

#[macro_use]
mod list;
mod acr;
mod artifact_registry;
mod artifactory;
mod docker_hub;
mod ecr;
mod ecr_public;
mod ghcr;
mod gitlab;
mod harbor;
mod narrow;
mod nexus;
mod oauth2_registry;
mod quay;
mod stored;
mod token_exchange;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    access::Asked,
    identity::{Identity, IdentityType},
    login::LoginKey,
    registry::Registry,
};

pub use acr::{Cloud as AcrCloud, Target as AcrTarget};
pub use artifact_registry::{GIVEN_AS_IT_IS, Target as ArtifactRegistryTarget};
pub use artifactory::Target as ArtifactoryTarget;
pub use docker_hub::Target as DockerHubTarget;
pub use ecr::Target as EcrTarget;
pub use ecr_public::Target as EcrPublicTarget;
pub use ghcr::Target as GhcrTarget;
pub use gitlab::Target as GitlabTarget;
pub use harbor::{Robots as HarborRobots, Target as HarborTarget};
pub use narrow::ONLY_ROLES;
pub use nexus::Target as NexusTarget;
pub use oauth2_registry::Target as Oauth2RegistryTarget;
pub(crate) use oauth2_registry::realm_host;
pub use quay::Target as QuayTarget;
pub use stored::Target as StoredTarget;
pub use token_exchange::Target as TokenExchangeTarget;

use narrow::{narrowed_by_roles, not_narrowed, repositories_not_narrowed};

kinds! {
    "ecr" => Ecr(ecr),
    "ecr-public" => EcrPublic(ecr_public),
    "artifact-registry" => ArtifactRegistry(artifact_registry),
    "acr" => Acr(acr),
    "docker-hub" => DockerHub(docker_hub),
    "ghcr" => Ghcr(ghcr),
    "harbor" => Harbor(harbor),
    "quay" => Quay(quay),
    "gitlab" => Gitlab(gitlab),
    "artifactory" => Artifactory(artifactory),
    "token-exchange" => TokenExchange(token_exchange),
    "oauth2-registry" => Oauth2Registry(oauth2_registry),
    "nexus" => Nexus(nexus),
    "stored" => Stored(stored),
}

impl Kind {
    /// Who we are to such a registry when nobody says it.
    #[must_use]
    pub fn default_identity(self) -> Identity {
        self.identities().first().copied().unwrap_or(IdentityType::Stored).default_identity()
    }

    /// Whether an identity is one of those that this kind can use.
    #[must_use]
    pub fn can_use(self, identity: &Identity) -> bool {
        self.identities().contains(&identity.identity_type())
    }

    /// Whether a `[[registry]]` table of this kind may have the key.
    pub(crate) fn has_key(self, name: &str) -> bool {
        name == REALM_HOST || self.keys().iter().any(|key| key.name == name)
    }

    /// The types of them, for a message.
    pub(crate) fn wanted_identities(self) -> String {
        let names: Vec<_> = self.identities().iter().map(|known| format!("`{}`", known.name())).collect();
        names.join(" or ")
    }
}

impl Target {
    /// What a registry is that no kind recognises.
    #[must_use]
    pub fn stored(registry: &Registry) -> Self {
        Self::Stored(StoredTarget::of(registry))
    }

    /// Whether a stored login is the credential itself, and not only the means to get one.
    #[must_use]
    pub fn takes_logins(&self) -> bool {
        match self {
            Self::Ecr(_)
            | Self::EcrPublic(_)
            | Self::ArtifactRegistry(_)
            | Self::Acr(_)
            | Self::TokenExchange(_)
            | Self::Oauth2Registry(_) => false,
            Self::Harbor(target) => target.robots.is_none(),
            Self::DockerHub(_)
            | Self::Ghcr(_)
            | Self::Quay(_)
            | Self::Gitlab(_)
            | Self::Artifactory(_)
            | Self::Nexus(_)
            | Self::Stored(_) => true,
        }
    }
}

impl Target {
    /// What a user should know before relying on it.
    #[must_use]
    pub fn notes(&self, asked: &Asked<'_>) -> Vec<String> {
        let mut notes = match self {
            Self::Ecr(_) => narrowed_by_roles(asked),
            Self::EcrPublic(_) => narrowed_by_roles(&Asked { repositories: &[], ..*asked }),
            Self::ArtifactRegistry(target) => target.notes(asked),
            Self::Acr(target) => target.notes(asked),
            Self::Harbor(target) => target.notes(asked),
            _ => Vec::new(),
        };
        notes.extend(self.wider(asked));
        notes
    }

    /// The login of another registry that is good at this one, too.
    pub(crate) fn shared_login(&self) -> Option<LoginKey> {
        match self {
            Self::DockerHub(target) => target.is_other_name().then(LoginKey::docker_hub),
            _ => None,
        }
    }
}

/// Any rule may name the host of the token service; a kind may have a use of its own for it.
pub(crate) const REALM_HOST: &str = "realm_host";

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
pub struct Keys {
    given: BTreeMap<&'static str, KeyValue>,
    /// Those of the rule, for kinds whose keys need them.
    repositories: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum KeyValue {
    Switch(bool),
    Text(String),
}

impl Keys {
    /// Records a switch.
    pub fn set_switch(&mut self, name: &'static str, on: bool) {
        self.given.insert(name, KeyValue::Switch(on));
    }

    /// Records a text that has passed its check.
    pub fn set_text(&mut self, name: &'static str, text: &str) {
        self.given.insert(name, KeyValue::Text(text.to_owned()));
    }

    /// Records the rule's repositories.
    pub fn set_repositories(&mut self, repositories: &[String]) {
        self.repositories = repositories.to_vec();
    }

    /// The names that were given.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.given.keys().copied()
    }

    fn repositories(&self) -> &[String] {
        &self.repositories
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.given.get(name) {
            Some(KeyValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn switch(&self, name: &str) -> Option<bool> {
        match self.given.get(name) {
            Some(KeyValue::Switch(on)) => Some(*on),
            _ => None,
        }
    }
}

/// [`endpoint`] for whoever wants the text.
pub(crate) fn checked_endpoint(text: &str) -> Result<String, &'static str> {
    endpoint(text).map(|()| text.to_owned())
}

/// An AWS region's name.
pub(crate) fn aws_region(text: &str) -> Result<String, &'static str> {
    ecr::region(text).map(|()| text.to_owned())
}

/// A duration such as `8h` within these bounds, which belong to it.
fn span_between(text: &str, least: Duration, longest: Duration) -> Option<Duration> {
    humantime::parse_duration(text).ok().filter(|span| (least..=longest).contains(span))
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

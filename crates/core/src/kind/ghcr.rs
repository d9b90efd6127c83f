//! GitHub's container registry: `ghcr.io`, that of a `ghe.com` and that of an enterprise server.
//!
//! A token belongs to the server that has made it and is shown to that server's registry only. Only the two
//! names that GitHub owns tell which server that is.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint};
use crate::{
    access::Asked,
    identity::{Identity, IdentityType},
    registry::Registry,
};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The GitHub it belongs to, with a port if it has one.
    pub server: String,
    /// The image that is asked for, where the client names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Where it is asked, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Target {
    fn new(registry: &Registry, server: &str, endpoint: Option<&str>) -> Self {
        Self {
            host: registry.authority(),
            server: server.to_owned(),
            repository: registry.path().filter(|path| path.contains('/')).map(str::to_owned),
            endpoint: endpoint.map(str::to_owned),
        }
    }

    /// An image is part of it, because what a token may do is tried with that image.
    pub(super) fn key(&self) -> String {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} {} {}", self.host, self.server, of(&self.repository), of(&self.endpoint))
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        let is_app = matches!(asked.identity, Identity::Github(github) if github.app.is_some());
        let why = if is_app {
            let is_deeper = asked.repositories.iter().any(|name| name.matches('/').count() > 1);
            is_deeper.then(|| {
                "GitHub narrows an app's token to its own repositories: for a name of three parts it is good for \
                 every image of that repository"
                    .to_owned()
            })
        } else {
            let note = "`access` and `repositories` are enforced for GitHub's registry only with an app: any other \
                        token carries whatever it was made for";
            asked.is_narrow().then(|| note.to_owned())
        };
        why.into_iter().collect()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Github, IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &["octocorp"];
pub(super) const KEYS: &[Key] = &[
    Key { name: "server", shape: Shape::Text(server) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
];

pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let is_it = registry.has_default_port() && registry.host() == "ghcr.io";
    is_it.then(|| Target::new(registry, GITHUB, None))
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let server = keys.text("server").and_then(server_of).or_else(|| by_name(registry)).ok_or(
        "a registry of kind `ghcr` needs the key `server`, because the host's name does not tell: the GitHub \
         whose tokens it takes",
    )?;
    Ok(Target::new(registry, &server, keys.text("endpoint")))
}

/// `ghcr.io` or `containers.SUBDOMAIN.ghe.com`
fn by_name(registry: &Registry) -> Option<String> {
    if let Some(target) = recognise(registry) {
        return Some(target.server);
    }
    let server = registry.host().strip_prefix("containers.").filter(|_| registry.has_default_port())?;
    let subdomain = server.strip_suffix(".ghe.com")?;
    (!subdomain.is_empty() && !subdomain.contains('.')).then(|| server.to_owned())
}

fn server(text: &str) -> Result<(), &'static str> {
    server_of(text).map(|_| ()).ok_or("a host such as `github.corp.example`")
}

fn server_of(text: &str) -> Option<String> {
    let is_bare = !text.contains("://");
    Registry::parse(text).ok().filter(|host| is_bare && host.path().is_none()).map(|host| host.authority())
}

const GITHUB: &str = "github.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_known_of_githubs_own_names_only() {
        let server = |host: &str, named: Option<&str>| {
            let mut keys = Keys::default();
            if let Some(named) = named {
                keys.set_text("server", named);
            }
            configure(&Registry::parse(host).unwrap(), &keys).ok().map(|target| target.server)
        };

        assert_eq!(server("ghcr.io", None).as_deref(), Some("github.com"));
        assert_eq!(server("containers.octocorp.ghe.com", None).as_deref(), Some("octocorp.ghe.com"));
        assert_eq!(server("images.example", Some("GitHub.Example")).as_deref(), Some("github.example"));
        for host in [
            "containers.github.corp.example",
            "containers.ghe.com",
            "containers.a.b.ghe.com",
            "containers.octocorp.ghe.com.evil.example",
            "containers.octocorp.ghe.com:8443",
            "octocorp.ghe.com",
            "ghcr.io:8443",
            "ghcr.io.evil.example",
        ] {
            assert_eq!(server(host, None), None, "{host}");
        }
    }

    #[test]
    fn a_server_is_a_host_and_no_url() {
        assert_eq!(server("github.corp.example:8443"), Ok(()));
        for text in ["", "https://github.com", "github.com/octo", "a@github.com", "two words"] {
            assert!(server(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_image_is_a_scope_of_its_own_and_a_namespace_is_none() {
        let key = |host: &str| recognise(&Registry::parse(host).unwrap()).unwrap().key();

        assert_eq!(key("https://GHCR.io/v2/"), key("ghcr.io"));
        assert_eq!(key("ghcr.io/shoreteam"), key("ghcr.io"));
        assert_ne!(key("ghcr.io/shoreteam/app"), key("ghcr.io"));
    }
}

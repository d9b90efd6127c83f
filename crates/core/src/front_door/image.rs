//! An image's name, as far as it says which credential is meant: neither tag nor digest matters.
//!
//! The rules are those of distribution's "reference" package: the first component is a host only when it looks
//! like one.

use crate::{
    login::LoginKey,
    registry::{HUB, Registry},
};

/// Where an image is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    registry: Registry,
    host: String,
    repository: String,
}

impl Image {
    /// `None` when the text names no image.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = without_tag(text.trim());
        let (host, repository) = match name.split_once('/') {
            Some((host, repository)) if is_host(host) => (host, repository.to_owned()),
            Some(_) => (HUB, name.to_owned()),
            None => (HUB, format!("library/{name}")),
        };
        Self::at(host, &repository)
    }

    /// A repository of a host that is known to be one.
    #[must_use]
    pub fn at(host: &str, repository: &str) -> Option<Self> {
        let registry = place(host, repository)?;
        // An image of such a name must not be answered with what the Docker CLI keeps there.
        let is_aside = LoginKey::of(&registry).is_aside();
        let registry = if is_aside { Registry::parse(host).ok()? } else { registry };
        Some(Self { registry, host: host.to_owned(), repository: repository.to_owned() })
    }

    /// The registry, with the repository as its path.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// As it is written in the name, with its port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Without the host.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }
}

/// Whether a text is a repository's name, without host and tag.
pub(crate) fn is_repository(text: &str) -> bool {
    place("r.example", text).is_some()
}

fn place(host: &str, repository: &str) -> Option<Registry> {
    let registry = Registry::parse(&format!("{host}/{repository}")).ok()?;
    (registry.path() == Some(repository)).then_some(registry)
}

/// A colon before the last slash belongs to a port.
fn without_tag(text: &str) -> &str {
    let name = text.split('@').next().unwrap_or_default();
    let last = name.rfind('/').map_or(0, |at| at + 1);
    name[last..].find(':').map_or(name, |colon| &name[..last + colon])
}

fn is_host(component: &str) -> bool {
    component == "localhost" || component.bytes().any(|b| matches!(b, b'.' | b':') || b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_repository_are_told_apart() {
        for (text, host, repository) in [
            ("r.example/team/app", "r.example", "team/app"),
            ("r.example/team/app:1.2", "r.example", "team/app"),
            ("r.example:5000/team/app:1.2@sha256:0a", "r.example:5000", "team/app"),
            ("r.example/team/app@sha256:0a", "r.example", "team/app"),
            ("localhost/app", "localhost", "app"),
            ("localhost:5000/app", "localhost:5000", "app"),
            ("nginx", "docker.io", "library/nginx"),
            ("nginx:latest", "docker.io", "library/nginx"),
            ("team/app", "docker.io", "team/app"),
            ("index.docker.io/team/app", "index.docker.io", "team/app"),
        ] {
            let image = Image::parse(text).unwrap();

            assert_eq!((image.host(), image.repository()), (host, repository), "{text}");
        }
    }

    #[test]
    fn what_names_no_image_is_none() {
        for text in ["", ":", "@", "r.example/", "r.example/v2/", "r.example//a", "r.example/a b", "a?b"] {
            assert_eq!(Image::parse(text), None, "{text}");
        }
    }

    #[test]
    fn no_image_s_name_leads_to_what_the_docker_cli_keeps_beside_a_login() {
        let image = Image::parse("docker.io/v1/access-token").unwrap();

        assert_eq!(image.registry().path(), None);
    }
}

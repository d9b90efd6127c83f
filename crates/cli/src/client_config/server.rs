//! A registry as clients name it in `credHelpers`: `host[:port]`, matched letter by letter.
//!
//! Only what every client agrees on is accepted; the broker has its own, fuller parser.

use super::Family;
use crate::{exit::Exit, problem::Problem};

/// A host with its port, in lower case; Docker Hub's spellings fold into `docker.io`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Server(String);

impl Server {
    /// Reads a bare host or a URL.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let refuse = |cause: &str| {
            Problem::new(Exit::Usage, format!("`{text}` is no registry host"))
                .because(cause)
                .hint("name a host such as `shorepass setup 123456789012.dkr.ecr.eu-west-1.amazonaws.com`")
        };

        let bare = text.trim().to_ascii_lowercase();
        let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(&bare);
        let (authority, path) = bare.split_once('/').unwrap_or((bare, ""));
        if !matches!(path.trim_matches('/'), "" | "v1" | "v2") {
            return Err(refuse("clients look a helper up by the host alone, so a path would never match"));
        }
        if authority.contains('*') {
            return Err(refuse("clients compare whole hosts, so a pattern would never match"));
        }
        if authority.is_empty() || !authority.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refuse("it is empty or has a letter that no host has"));
        }
        if authority.contains(['@', '"', '\\', '?', '#']) {
            return Err(refuse("it has a letter that no host has"));
        }
        Ok(Self(if HUB_NAMES.contains(&authority) { HUB.into() } else { authority.into() }))
    }

    /// Docker Hub.
    pub(crate) fn hub() -> Self {
        Self(HUB.into())
    }

    /// The key under which that family's clients look.
    pub(crate) fn key(&self, family: Family) -> &str {
        match family {
            Family::Docker if self.0 == HUB => HUB_KEY_OF_DOCKER,
            _ => &self.0,
        }
    }

    /// Whether a key of `auths` is about this host: bare, a URL, or with a namespace.
    pub(crate) fn is_meant_by(&self, auths_key: &str) -> bool {
        let bare = auths_key.strip_prefix("https://").or_else(|| auths_key.strip_prefix("http://"));
        let host = bare.unwrap_or(auths_key).split('/').next().unwrap_or_default();
        host == self.0 || (self.0 == HUB && HUB_NAMES.contains(&host))
    }

    /// As a person writes it.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }
}

const HUB: &str = "docker.io";
const HUB_KEY_OF_DOCKER: &str = "https://index.docker.io/v1/";
const HUB_NAMES: [&str; 3] = [HUB, "index.docker.io", "registry-1.docker.io"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_has_a_key_of_its_own_in_each_family() {
        for text in ["docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"] {
            let server = Server::parse(text).unwrap();

            assert_eq!(server.key(Family::Docker), "https://index.docker.io/v1/");
            assert_eq!(server.key(Family::Containers), "docker.io");
        }
    }

    #[test]
    fn a_port_belongs_to_the_key_and_case_does_not() {
        let server = Server::parse("https://R.Example:5000/v2/").unwrap();

        assert_eq!(server.key(Family::Docker), "r.example:5000");
    }

    #[test]
    fn what_would_never_match_is_refused() {
        for text in ["r.example/team", "*.r.example", "user@r.example", "", "r example", "r.example\"x"] {
            assert_eq!(Server::parse(text).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }

    #[test]
    fn a_login_is_recognised_in_every_spelling() {
        let server = Server::parse("r.example").unwrap();
        for key in ["r.example", "https://r.example", "https://r.example/v2/", "r.example/team"] {
            assert!(server.is_meant_by(key), "{key}");
        }

        assert!(!server.is_meant_by("r.example:5000"));
        assert!(Server::parse("docker.io").unwrap().is_meant_by("https://index.docker.io/v1/"));
    }
}

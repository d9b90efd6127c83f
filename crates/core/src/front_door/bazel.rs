//! Bazel's credential helper protocol (EngFlow's specification): an URL in, headers out.
//!
//! A registry's host alone does not make an URL one of its API, and nothing that only looks like a known token
//! service is one.

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::image::{Image, is_repository};
use crate::registry::Registry;

/// What an URL wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Something of a registry's API; of a repository, where one is named.
    Registry {
        /// `HOST` or `HOST:PORT`
        host: String,
        /// Without the host.
        repository: Option<String>,
    },
    /// A token of a registry's token service.
    Realm {
        /// The registry's.
        host: String,
        /// What the token is to be for, where that is said.
        repository: Option<String>,
    },
    /// Nothing that a credential is known for.
    Nothing,
}

/// Why a text is no question for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not JSON, or without its one field.
    #[error("standard input is not a JSON object with a `uri`")]
    Unreadable,
    /// No HTTPS, and not this machine.
    #[error("the URI is neither HTTPS nor on this machine, and no secret may go there")]
    Insecure,
    /// No host, or a user name.
    #[error("the URI names no host, or a user with it")]
    NoHost,
}

impl Asked {
    /// Reads standard input.
    ///
    /// # Errors
    /// When it is no such question; the error never repeats the text.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let Request { uri } = serde_json::from_str(text).map_err(|_| RequestError::Unreadable)?;
        Self::of_uri(&uri)
    }

    /// The registry, with the repository as its path: a namespace may have a login of its own.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        let (Self::Registry { host, repository } | Self::Realm { host, repository }) = self else {
            return None;
        };
        let image = repository.as_ref().and_then(|name| Image::at(host, name));
        Some(image.map_or_else(|| host.clone(), |image| image.registry().to_string()))
    }

    /// Reads the URL.
    ///
    /// # Errors
    /// When no secret may go there.
    pub fn of_uri(uri: &str) -> Result<Self, RequestError> {
        let (scheme, rest) = uri.split_once("://").ok_or(RequestError::Insecure)?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.find('/').map_or((place, ""), |at| place.split_at(at));
        let registry = Registry::parse(authority).map_err(|_| RequestError::NoHost)?;
        let is_safe = scheme.eq_ignore_ascii_case("https")
            || (scheme.eq_ignore_ascii_case("http") && is_this_machine(registry.host()));
        if !is_safe {
            return Err(RequestError::Insecure);
        }
        Ok(read(&registry.authority(), path, query))
    }
}

fn read(host: &str, path: &str, query: &str) -> Asked {
    let known = REALMS.iter().find(|(realm, at, _)| *realm == host && *at == path.trim_end_matches('/'));
    if let Some((_, _, registry)) = known {
        return Asked::Realm { host: (*registry).to_owned(), repository: repository_of_scope(query) };
    }
    if OWN_REALMS.contains(&path.trim_end_matches('/')) || is_artifactory_s(path) {
        return Asked::Realm { host: host.to_owned(), repository: repository_of_scope(query) };
    }
    match path.strip_prefix("/v2") {
        Some("" | "/") => Asked::Registry { host: host.to_owned(), repository: None },
        Some(rest) => match repository_of_path(rest) {
            Some(repository) => Asked::Registry { host: host.to_owned(), repository: Some(repository) },
            None => Asked::Nothing,
        },
        None => Asked::Nothing,
    }
}

/// `/NAME/manifests/…`, where a component of the name may be called like what follows it.
fn repository_of_path(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix('/')?;
    let end = ENDS.iter().filter_map(|end| rest.rfind(end)).max()?;
    checked(&rest[..end])
}

/// `scope=repository:NAME:pull`
fn repository_of_scope(query: &str) -> Option<String> {
    let scope = query.split('&').find_map(|field| field.strip_prefix("scope="))?;
    let scope = scope.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/");
    let (name, _) = scope.strip_prefix("repository:")?.rsplit_once(':')?;
    checked(name)
}

fn checked(name: &str) -> Option<String> {
    is_repository(name).then(|| name.to_owned())
}

/// `/artifactory/api/docker/REPOSITORY/v2/token`
fn is_artifactory_s(path: &str) -> bool {
    let between =
        path.strip_prefix("/artifactory/api/docker/").and_then(|rest| rest.strip_suffix("/v2/token"));
    between.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

fn is_this_machine(host: &str) -> bool {
    let is_loopback = host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_loopback || host == "localhost" || host == "[::1]"
}

/// What to send along: one header, and until when.
#[must_use]
pub fn headers(authorization: &Secret, expires: &str) -> Secret {
    let headers = Headers { authorization: [authorization.expose()] };
    Secret::new(serde_json::to_string(&Answer { headers, expires }).unwrap_or_default())
}

/// The answer where no credential is needed, as far as is known.
#[must_use]
pub fn nothing() -> Secret {
    Secret::new("{}")
}

#[derive(Deserialize)]
struct Request {
    uri: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    headers: Headers<'a>,
    expires: &'a str,
}

#[derive(Serialize)]
struct Headers<'a> {
    #[serde(rename = "Authorization")]
    authorization: [&'a str; 1],
}

/// Token services at hosts of their own: host, path, and whose logins they take.
const REALMS: [(&str, &str, &str); 2] =
    [("auth.docker.io", "/token", "docker.io"), ("gitlab.com", "/jwt/auth", "registry.gitlab.com")];

/// Where registries of all sorts have theirs at their own host.
const OWN_REALMS: [&str; 6] =
    ["/token", "/v2/token", "/v2/auth", "/oauth2/token", "/service/token", "/jwt/auth"];

const ENDS: [&str; 4] = ["/manifests/", "/blobs/", "/tags/", "/referrers/"];

#[cfg(test)]
mod tests;

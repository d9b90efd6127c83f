//! Tells a self-hosted registry's kind by how it answers a stranger.
//!
//! No credential is shown and no redirect followed. Only HTTPS, or plain HTTP on this machine. Nothing of an
//! answer is shown.

use std::time::Duration;

use aws_smithy_runtime_api::http::Headers;
use shorepass_core::{
    challenge::Challenge,
    exchange::ExchangeError,
    recognise::{RecogniseRequest, Recognition},
};

use crate::{
    deadline::Progress,
    http::{self, Client, call::Call},
};

/// Asks the registry.
pub(crate) async fn recognise(
    request: &RecogniseRequest,
    progress: &Progress,
) -> Result<Recognition, ExchangeError> {
    progress.waits_for("the registry");
    let client = Client::outward(http::trust(None)?);
    let plain = format!("http://{}", request.authority);
    if http::is_loopback(&plain)
        && let Ok(found) = at(&plain, &client).await
        && found.kind.is_some()
    {
        return Ok(found);
    }
    at(&format!("https://{}", request.authority), &client).await
}

async fn at(root: &str, client: &Client) -> Result<Recognition, ExchangeError> {
    let answer = Call::get(REGISTRY, format!("{root}/v2/")).within(PATIENCE, 1).send(client).await?;
    if let Some(fault) = answer.general_fault() {
        return Err(fault);
    }
    let challenges = challenges(&answer.headers);
    if let Some((kind, because)) = by_headers(&answer.headers).or_else(|| by_challenge(&challenges)) {
        return Ok(found(kind, because));
    }
    // Harbor can be told another name for its token service.
    if challenges
        .iter()
        .any(|challenge| token_path(challenge).is_some_and(|path| path.ends_with("/service/token")))
    {
        let ping =
            Call::get(REGISTRY, format!("{root}/api/v2.0/ping")).within(PATIENCE, 1).send(client).await?;
        if ping.status == 200 && ping.body.trim_ascii() == b"Pong" {
            return Ok(found("harbor", "it answers Harbor's own ping"));
        }
    }
    Ok(otherwise(answer.status, &answer.headers, &challenges))
}

fn by_headers(headers: &Headers) -> Option<(&'static str, &'static str)> {
    let has = |name: &str| headers.get(name).is_some();
    let is_nexus = headers.get("server").is_some_and(|server| server.starts_with("Nexus/"));
    if has("x-artifactory-id") || has("x-artifactory-node-id") || has("x-jfrog-version") {
        Some(("artifactory", "its answers carry Artifactory's headers"))
    } else if is_nexus {
        Some(("nexus", "its answers name Nexus as the server"))
    } else {
        None
    }
}

fn by_challenge(challenges: &[Challenge]) -> Option<(&'static str, &'static str)> {
    challenges.iter().find_map(|challenge| {
        let is_for = |service: &str| challenge.parameter("service") == Some(service);
        let asks_for = |realm: &str| challenge.is("basic") && challenge.parameter("realm") == Some(realm);
        let path = token_path(challenge).unwrap_or_default();
        if challenge.is("bearer") && is_for("harbor-registry") {
            Some(("harbor", "its tokens are for `harbor-registry`"))
        } else if is_for("container_registry") && path.ends_with("/jwt/auth") {
            Some(("gitlab", "its tokens come from GitLab's `/jwt/auth`"))
        } else if path.ends_with("/v2/auth") {
            Some(("quay", "its tokens come from Quay's `/v2/auth`"))
        } else if path.contains("/api/docker/") {
            Some(("artifactory", "its tokens come from Artifactory's `/api/docker`"))
        } else if asks_for("Artifactory Realm") {
            Some(("artifactory", "it asks for a login to Artifactory"))
        } else if asks_for("Sonatype Nexus Repository Manager") {
            Some(("nexus", "it asks for a login to Nexus"))
        } else {
            None
        }
    })
}

/// Where on its host a token service is.
fn token_path(challenge: &Challenge) -> Option<&str> {
    let (_, rest) = challenge.parameter("realm").filter(|_| challenge.is("bearer"))?.split_once("://")?;
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.split(['?', '#']).next().map(|path| path.trim_end_matches('/'))
}

fn challenges(headers: &Headers) -> Vec<Challenge> {
    Challenge::of_headers(headers.get_all("www-authenticate"))
}

/// A registry whose answer names no product, or no registry.
fn otherwise(status: u16, headers: &Headers, challenges: &[Challenge]) -> Recognition {
    let is_registry = headers.get("docker-distribution-api-version").is_some();
    match (status, challenges.first().map(Challenge::scheme)) {
        (401, Some("basic")) => found("stored", "it takes a user name and a password"),
        (401, Some("bearer")) => {
            found("stored", "it has a token service like many others, which takes a user name and a password")
        }
        (200, _) if is_registry => found("stored", "it is a registry that wants no login to be looked at"),
        (401, None) if is_registry => found("stored", "it is a registry that does not say how to log in"),
        (300..=399, _) => nothing("it sends its clients elsewhere, where nothing was asked"),
        _ => nothing("what answers there is no registry"),
    }
}

fn found(kind: &str, because: &str) -> Recognition {
    Recognition { kind: Some(kind.to_owned()), because: because.to_owned() }
}

fn nothing(because: &str) -> Recognition {
    Recognition { kind: None, because: because.to_owned() }
}

const REGISTRY: &str = "the registry";
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_is_told_by_its_own_words() {
        for (headers, kind) in [
            (
                &[(
                    "www-authenticate",
                    r#"Bearer realm="https://h/service/token",service="harbor-registry""#,
                )][..],
                "harbor",
            ),
            (
                &[("www-authenticate", r#"Bearer realm="https://g/jwt/auth",service="container_registry""#)],
                "gitlab",
            ),
            (&[("www-authenticate", r#"Bearer realm="https://q/v2/auth",service="q""#)], "quay"),
            (&[("www-authenticate", r#"Basic realm="Artifactory Realm""#)], "artifactory"),
            (
                &[
                    ("x-jfrog-version", "Artifactory/7.1"),
                    ("www-authenticate", r#"Bearer realm="https://a/v2/token""#),
                ],
                "artifactory",
            ),
            (&[("server", "Nexus/3.70.1 (OSS)"), ("www-authenticate", r#"Basic realm="x""#)], "nexus"),
            (&[("www-authenticate", r#"Basic realm="Sonatype Nexus Repository Manager""#)], "nexus"),
        ] {
            assert_eq!(told(401, headers).kind.as_deref(), Some(kind), "{headers:?}");
        }
    }

    #[test]
    fn what_tells_nothing_takes_a_stored_login() {
        for (status, headers) in [
            (401, &[("www-authenticate", r#"Basic realm="Registry""#)][..]),
            (401, &[("www-authenticate", r#"Bearer realm="https://t.example/token",service="r""#)]),
            (200, &[("docker-distribution-api-version", "registry/2.0")]),
        ] {
            assert_eq!(told(status, headers).kind.as_deref(), Some("stored"));
        }
    }

    #[test]
    fn what_is_no_registry_has_no_kind() {
        for status in [200, 301, 302, 404, 403] {
            assert_eq!(told(status, &[]).kind, None, "{status}");
        }
    }

    fn told(status: u16, lines: &[(&'static str, &'static str)]) -> Recognition {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.append(*name, *value);
        }
        let challenges = challenges(&headers);
        match by_headers(&headers).or_else(|| by_challenge(&challenges)) {
            Some((kind, because)) => found(kind, because),
            None => otherwise(status, &headers, &challenges),
        }
    }
}

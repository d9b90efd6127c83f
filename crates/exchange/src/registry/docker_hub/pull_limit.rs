//! How many pulls Docker Hub still grants: a token for its preview repository, then a look at a manifest.
//!
//! The look is a `HEAD`, which Docker does not count; nothing here may ever be a `GET` of a manifest.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    kind::DockerHubTarget as Target,
    pull_limit::{PullLimit, PullLimitRequest},
    vault::{Login, REFRESH_TOKEN},
};
use shorepass_secret::Secret;

use crate::{
    deadline::Progress,
    failure::garbled,
    http::{
        self, Client,
        call::{Answer, Call, encode},
    },
    registry::{self, bearer::Bearer},
};

pub(crate) async fn read(
    request: &PullLimitRequest,
    progress: &Progress,
) -> Result<PullLimit, ExchangeError> {
    let client = Client::outward(http::trust(None)?);
    progress.waits_for(AUTH);
    let token = bearer(&client, &request.target, request.login.as_ref()).await?;
    progress.waits_for(REGISTRY);
    let root = request.target.registry_endpoint.as_deref().unwrap_or("https://registry-1.docker.io");
    let call =
        Call::head(REGISTRY, format!("{}/v2/{REPOSITORY}/manifests/latest", root.trim_end_matches('/')))
            .header("accept", registry::MANIFESTS)
            .header("authorization", format!("Bearer {}", token.expose()));
    told(&call.send(&client).await?)
}

/// A token to look with: the account's, or nobody's.
async fn bearer(client: &Client, target: &Target, login: Option<&Login>) -> Result<Secret, ExchangeError> {
    let root = target.auth_endpoint.as_deref().unwrap_or("https://auth.docker.io");
    let url = format!("{}/token", root.trim_end_matches('/'));
    let asked =
        |url: &str| Call::get(AUTH, format!("{url}?service={}&scope={}", encode(SERVICE), encode(SCOPE)));
    let call = match login {
        None => asked(&url),
        Some(Login { username, secret }) if username == REFRESH_TOKEN => Call::post(AUTH, url).form(&[
            ("grant_type", "refresh_token"),
            ("service", SERVICE),
            ("scope", SCOPE),
            ("client_id", "shorepass"),
            ("refresh_token", secret.expose()),
        ]),
        Some(Login { username, secret }) => asked(&url).basic(username, secret.expose()),
    };
    let answer = call.send(client).await?;
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    match (answer.status, login) {
        (200..300, _) => answer.json::<Bearer>()?.token().ok_or_else(|| garbled(AUTH)),
        (401 | 403, Some(login)) => Err(ExchangeError::new(
            ErrorKind::Denied,
            "hub_login_refused",
            format!("{AUTH} does not take the login of `{}`", login.username),
        )
        .with_hint("log in again, with an access token as password: `docker login`")),
        (status, _) => Err(refused(AUTH, status)),
    }
}

/// Who is over the limit hears so instead of an answer, with the same headers.
fn told(answer: &Answer) -> Result<PullLimit, ExchangeError> {
    let header = |name: &str| answer.headers.get(name);
    if !answer.is_success() && header(LIMIT).is_none() {
        return Err(answer.general_fault().unwrap_or_else(|| refused(REGISTRY, answer.status)));
    }
    let limit = header(LIMIT).map(|text| count(text).ok_or_else(|| garbled(REGISTRY))).transpose()?;
    let remaining = header("ratelimit-remaining").and_then(count);
    Ok(PullLimit {
        limit: limit.map(|(limit, _)| limit),
        remaining: remaining.map(|(remaining, _)| remaining),
        window_s: limit.and_then(|(_, window)| window),
        counted_for: header("docker-ratelimit-source").and_then(source),
    })
}

/// `100;w=21600`: so many in so many seconds.
fn count(text: &str) -> Option<(u64, Option<u64>)> {
    let (count, rest) = text.split_once(';').map_or((text, None), |(count, rest)| (count, Some(rest)));
    let window = rest.map(|rest| rest.trim().strip_prefix("w=")?.parse().ok());
    match window {
        Some(None) => None,
        window => Some((count.trim().parse().ok()?, window.flatten())),
    }
}

/// An address or an id, and nothing else.
fn source(text: &str) -> Option<String> {
    let is_good = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'_' | b'/'));
    is_good.then(|| text.to_owned())
}

fn refused(upstream: &str, status: u16) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "refused", format!("{upstream} answered with HTTP {status}"))
        .with_hint("check `auth_endpoint` and `registry_endpoint` of the rule, and the proxy: `HTTPS_PROXY`")
}

const AUTH: &str = "Docker Hub's token service";
const REGISTRY: &str = "Docker Hub";
const SERVICE: &str = "registry.docker.io";
/// Docker keeps it for this very question.
const REPOSITORY: &str = "ratelimitpreview/test";
const SCOPE: &str = "repository:ratelimitpreview/test:pull";
const LIMIT: &str = "ratelimit-limit";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_name_its_window() {
        assert_eq!(count("100;w=21600"), Some((100, Some(21_600))));
        assert_eq!(count("0; w=21600"), Some((0, Some(21_600))));
        assert_eq!(count("200"), Some((200, None)));
        for text in ["", "many", "-1;w=21600", "100;w=", "100;burst=3", "100;w=canary"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn only_an_address_or_an_id_is_shown() {
        for text in ["192.0.2.7", "2001:db8:0:1::", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"] {
            assert_eq!(source(text).as_deref(), Some(text));
        }
        for text in ["", "a b", "\u{1b}[31m", "`x`", &"1".repeat(65)] {
            assert_eq!(source(text), None, "{text:?}");
        }
    }
}

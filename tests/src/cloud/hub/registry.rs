//! `registry-1.docker.io`: the challenge, and manifests that count as pulls.

use serde_json::json;

use super::{Bearer, House, Plan, auth::SERVICE, pulls, pulls::WINDOW};
use crate::cloud::{
    ApiError, access,
    http::{Reply, Request},
    stand::{Answer, Site, bearer},
};

/// `GET /v2/`, which shows whether a bearer token counts.
pub(super) fn challenge(site: &Site<House>, request: &Request) -> Answer {
    match shown(site, request) {
        Some(bearer) => named(bearer.account, Ok(Reply::json(200, &json!({})))),
        None => refused(site, request, None),
    }
}

/// A `GET` counts, a `HEAD` only looks.
pub(super) fn manifest(site: &Site<House>, request: &Request) -> Answer {
    let Some((repository, reference)) = access::manifest_of(&request.path) else {
        return Answer::refused(ApiError::new(404, "NAME_INVALID", "invalid repository name"));
    };
    let shown = shown(site, request).filter(|bearer| access::allows(&bearer.access, repository, "pull"));
    let Some(shown) = shown else { return refused(site, request, Some(repository)) };
    if site.world().find_repository(repository).is_none() || reference != "latest" {
        let error = ApiError::new(404, "MANIFEST_UNKNOWN", "manifest unknown");
        return named(shown.account, Err(error));
    }
    let outcome = match request.method.as_str() {
        "HEAD" | "GET" => counted(site, request, &shown),
        _ => Err(ApiError::new(405, "UNSUPPORTED", "the operation is unsupported")),
    };
    named(shown.account, outcome)
}

fn counted(site: &Site<House>, request: &Request, bearer: &Bearer) -> Result<Reply, ApiError> {
    let Some((source, most)) = limit(site, request, bearer) else { return Ok(access::manifest()) };
    let now = site.now();
    if request.method == "GET" {
        if site.pulls.left(&source, most, now) == 0 {
            return Err(ApiError::new(429, "TOOMANYREQUESTS", OVER_LIMIT));
        }
        site.pulls.note(&source, now);
    }
    let window = WINDOW.as_secs();
    let left = site.pulls.left(&source, most, now);
    Ok(access::manifest()
        .with_header("ratelimit-limit", format!("{most};w={window}"))
        .with_header("ratelimit-remaining", format!("{left};w={window}"))
        .with_header("docker-ratelimit-source", source))
}

/// Who is counted and how many pulls it has; `None` for those who pay.
fn limit(site: &Site<House>, request: &Request, bearer: &Bearer) -> Option<(String, usize)> {
    let settings = site.knobs.current();
    let world = site.world();
    match bearer.account.as_ref().and_then(|name| world.find_account(name)) {
        Some(account) if account.plan == Plan::Paid => None,
        Some(account) => Some((account.id.clone(), settings.personal_pulls)),
        None => Some((pulls::source_of(request.peer.ip()), settings.anonymous_pulls)),
    }
}

fn shown(site: &Site<House>, request: &Request) -> Option<Bearer> {
    site.bearers.find_live(bearer::shown(request)?)
}

/// Under its real name the registry sends to the token service's real name.
fn realm(site: &Site<House>, request: &Request) -> String {
    match request.host().as_str() {
        "registry-1.docker.io" | "index.docker.io" | "dhi.io" => "https://auth.docker.io/token".into(),
        _ => format!("{}/token", site.root_for(request)),
    }
}

fn named(account: Option<String>, outcome: Result<Reply, ApiError>) -> Answer {
    match account {
        Some(account) => Answer::for_principal(outcome, account),
        None => Answer::nameless(outcome),
    }
}

fn refused(site: &Site<House>, request: &Request, repository: Option<&str>) -> Answer {
    let challenge = access::challenge(&realm(site, request), SERVICE, repository);
    let error = ApiError::new(401, "UNAUTHORIZED", "authentication required");
    Answer::refused(error).with_challenge(challenge)
}

const OVER_LIMIT: &str = "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit";

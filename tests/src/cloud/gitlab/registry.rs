//! The registry beside GitLab: the challenge, and manifests that show what a token opens.

use serde_json::json;

use super::{Bearer, House, auth::SERVICE};
use crate::cloud::{
    ApiError, access,
    http::{Reply, Request},
    stand::{Answer, Site, bearer},
};

/// `GET /v2/`, which shows whether a bearer token counts.
pub(super) fn challenge(site: &Site<House>, request: &Request) -> Answer {
    match shown(site, request) {
        Some(bearer) => named(bearer.principal, Ok(Reply::json(200, &json!({})))),
        None => refused(site, request, None),
    }
}

pub(super) fn manifest(site: &Site<House>, request: &Request) -> Answer {
    let Some((repository, reference)) = access::manifest_of(&request.path) else {
        return Answer::refused(ApiError::new(404, "NAME_INVALID", "invalid repository name"));
    };
    let shown = shown(site, request).filter(|bearer| access::allows(&bearer.access, repository, "pull"));
    let Some(shown) = shown else { return refused(site, request, Some(repository)) };
    let outcome = if reference == "latest" {
        Ok(access::manifest())
    } else {
        Err(ApiError::new(404, "MANIFEST_UNKNOWN", "manifest unknown"))
    };
    named(shown.principal, outcome)
}

fn shown(site: &Site<House>, request: &Request) -> Option<Bearer> {
    site.bearers.find_live(bearer::shown(request)?)
}

/// Under its real name the registry sends to GitLab's real name.
fn refused(site: &Site<House>, request: &Request, repository: Option<&str>) -> Answer {
    let world = site.world();
    let root = if request.host() == world.registry_host {
        format!("https://{}", world.host)
    } else {
        site.root_for(request)
    };
    drop(world);
    let challenge = access::challenge(&format!("{root}/jwt/auth"), SERVICE, repository);
    let error = ApiError::new(401, "UNAUTHORIZED", "authentication required");
    Answer::refused(error).with_challenge(challenge)
}

fn named(principal: Option<String>, outcome: Result<Reply, ApiError>) -> Answer {
    match principal {
        Some(principal) => Answer::for_principal(outcome, principal),
        None => Answer::nameless(outcome),
    }
}

//! `ghcr.io`: the challenge, the token service, and manifests that show what a token opens.
//!
//! Tokens have no readable form, so only a manifest tells a client whether it was let in.

use serde_json::json;

use super::{Bearer, House, error, logins};
use crate::cloud::{
    ApiError, access,
    http::{Reply, Request},
    random,
    stand::{Answer, Site, bearer},
};

/// `/token`: a login or nobody in, a bearer token out for what that one may do.
pub(super) fn token(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    if request.method != "GET" {
        return Err(ApiError::new(405, "UNSUPPORTED", "The operation is unsupported."));
    }
    let fields = request.fields();
    let is_known = |service: &str| service == SERVICE || Some(service) == request.header("host");
    if !fields.get("service").is_some_and(is_known) {
        return Err(ApiError::new(400, "UNSUPPORTED", "invalid service"));
    }
    let invalid = || ApiError::new(400, "NAME_INVALID", "invalid scope");
    let wanted = access::wanted(&fields).ok_or_else(invalid)?;
    let login = match request.header("authorization") {
        None => None,
        Some(_) => {
            let (username, password) = request.basic().unwrap_or_default();
            Some(logins::of(site, &username, &password).ok_or_else(|| error::denied("denied"))?)
        }
    };

    let is_asking = !wanted.is_empty();
    let access = access::narrowed(wanted, |name, action| logins::allows(site, login.as_ref(), name, action));
    if is_asking && access.is_empty() {
        match &login {
            None => return Err(error::unauthorized()),
            Some(_) if site.knobs.current().denies_at_token_service => {
                return Err(error::denied("requested access to the resource is denied"));
            }
            Some(_) => {}
        }
    }
    let principal = login.map(|login| login.name());
    let token = random::base64_text(200);
    let ends_at = site.now() + site.knobs.current().bearer_life;
    site.bearers.note(&token, Bearer { principal: principal.clone(), access }, ends_at);
    Ok(named(principal, Ok(Reply::json(200, &json!({ "token": token })))))
}

/// `GET /v2/`, which shows whether a bearer token counts.
pub(super) fn challenge(site: &Site<House>, request: &Request) -> Answer {
    match shown(site, request) {
        Some(bearer) => named(bearer.principal, Ok(Reply::json(200, &json!({})))),
        None => refused(site, request, None),
    }
}

pub(super) fn manifest(site: &Site<House>, request: &Request) -> Answer {
    let Some((package, reference)) = access::manifest_of(&request.path) else {
        return Answer::refused(ApiError::new(404, "NAME_INVALID", "invalid repository name"));
    };
    let Some(shown) = shown(site, request) else { return refused(site, request, Some(package)) };
    let exists = site.world().packages.iter().any(|known| known.name == package);
    let outcome = if !access::allows(&shown.access, package, "pull") {
        Err(error::denied("requested access to the resource is denied"))
    } else if !exists {
        Err(ApiError::new(404, "NAME_UNKNOWN", "repository name not known to registry"))
    } else if reference != "latest" {
        Err(ApiError::new(404, "MANIFEST_UNKNOWN", "manifest unknown"))
    } else {
        Ok(access::manifest())
    };
    named(shown.principal, outcome)
}

fn shown(site: &Site<House>, request: &Request) -> Option<Bearer> {
    site.bearers.find_live(bearer::shown(request)?)
}

fn refused(site: &Site<House>, request: &Request, package: Option<&str>) -> Answer {
    let realm = format!("{}/token", site.root_for(request));
    Answer::refused(error::unauthorized()).with_challenge(access::challenge(&realm, SERVICE, package))
}

fn named(principal: Option<String>, outcome: Result<Reply, ApiError>) -> Answer {
    match principal {
        Some(principal) => Answer::for_principal(outcome, principal),
        None => Answer::nameless(outcome),
    }
}

const SERVICE: &str = "ghcr.io";

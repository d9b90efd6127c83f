//! `/service/token`, which answers `GET` with a Basic login only, and the challenge that leads there.

use serde_json::json;

use super::{
    State,
    caller::Caller,
    error::{bad_request, method_not_allowed, unauthorized},
};
use crate::cloud::{
    ApiError,
    clock::iso,
    http::{Reply, Request},
    stand::{
        Answer,
        bearer::{self, Order},
    },
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    if request.method != "GET" {
        return Answer::refused(method_not_allowed());
    }
    let caller = Caller::of(state, request);
    let outcome = token(state, request, caller.as_ref());
    match caller {
        Some(caller) => Answer::for_principal(outcome, caller.name()),
        None => Answer::nameless(outcome),
    }
}

/// A stranger who asks for something gets a token, too: for what is public.
fn token(state: &State, request: &Request, caller: Option<&Caller>) -> Result<Reply, ApiError> {
    let fields = request.fields();
    let service = fields.get("service").unwrap_or_default();
    if service != SERVICE {
        return Err(bad_request(format!("Unable to handle service: {service}")));
    }
    if caller.is_none() && fields.all("scope").all(str::is_empty) {
        return Err(unauthorized());
    }

    let (now, life) = (state.now(), state.knobs.current().token_life);
    let allows = |repository: &str, action: &str| {
        let project = repository.split('/').next().unwrap_or_default();
        if repository == "catalog" {
            return matches!(caller, Some(Caller::User(user)) if user.is_admin());
        }
        let is_public = state.world().find_project(project).map(|project| project.is_public);
        let may = caller.is_some_and(|caller| caller.can(Some(project), "repository", action));
        is_public.is_some_and(|is_public| may || (is_public && action == "pull"))
    };
    let subject = caller.map(Caller::name).unwrap_or_default();
    let token = state.bearer.sign(&Order { subject, fields: &fields, now, life }, allows);
    let body = json!({
        "token": token,
        "access_token": token,
        "expires_in": life.as_secs(),
        "issued_at": iso(now),
    });
    Ok(Reply::json(200, &body))
}

/// `/v2/`: takes a bearer token or a login, and asks for a token.
pub(super) fn challenge(state: &State, request: &Request) -> Answer {
    let basic = Caller::of(state, request).map(|caller| caller.name().to_owned());
    let shown = || bearer::shown(request).and_then(|token| state.bearer.subject(token));
    match basic.or_else(shown) {
        Some(name) => Answer::for_principal(Ok(Reply::json(200, &json!({}))), name),
        None => Answer::refused(unauthorized()).with_challenge(format!(
            "Bearer realm=\"{}/service/token\",service=\"{SERVICE}\"",
            state.root_for(request)
        )),
    }
}

pub(super) const SERVICE: &str = "harbor-registry";

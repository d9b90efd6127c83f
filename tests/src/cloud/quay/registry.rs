//! `/v2/auth`, the token service, and the challenge that leads there.

use serde_json::json;

use super::{
    State,
    operation::{only_get, unauthorized},
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    stand::{
        Answer,
        bearer::{self, Order},
    },
};

/// Whether a login counts at this moment.
pub(super) fn is_good(state: &State, username: &str, password: &str) -> bool {
    let world = state.world();
    let Some(robot) = world.find_robot(username) else { return false };
    robot.token.expose() == password || state.issued.find_live(password).as_deref() == Some(username)
}

/// Nobody gets a token without a login, as where nothing is public.
pub(super) fn token(state: &State, request: &Request) -> Answer {
    if request.method != "GET" {
        return Answer::refused(only_get());
    }
    let Some((username, password)) = request.basic() else {
        return Answer::refused(unauthorized("Anonymous access is not allowed"));
    };
    if !is_good(state, &username, &password) {
        return Answer::refused(unauthorized("Could not find robot with specified username"));
    }
    Answer::for_principal(signed(state, request, &username), username)
}

fn signed(state: &State, request: &Request, username: &str) -> Result<Reply, ApiError> {
    let fields = request.fields();
    let is_scope = |scope: &str| scope.split(':').count() >= 3;
    if fields.get("service").is_none_or(str::is_empty)
        || !fields.all("scope").flat_map(str::split_whitespace).all(is_scope)
    {
        return Err(ApiError::new(400, "INVALID_REQUEST", "Unable to decode repository and actions"));
    }
    let life = state.knobs.current().registry_token_life;
    let order = Order { subject: username, fields: &fields, now: state.now(), life };
    let token = state.bearer.sign(&order, |repository, action| {
        state.world().find_robot(username).is_some_and(|robot| robot.allows(repository, action))
    });
    Ok(Reply::json(200, &json!({ "token": token })))
}

pub(super) fn challenge(state: &State, request: &Request) -> Answer {
    let shown = bearer::shown(request).and_then(|token| state.bearer.subject(token));
    match shown {
        Some(name) => Answer::for_principal(Ok(Reply::json(200, &json!(true))), name),
        None => Answer::refused(unauthorized("authentication required")).with_challenge(format!(
            "Bearer realm=\"{}/v2/auth\",service=\"{}\"",
            state.root_for(request),
            request.header("host").unwrap_or_default()
        )),
    }
}

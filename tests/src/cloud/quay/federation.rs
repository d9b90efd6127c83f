//! `GET /oauth2/federation/robot/token`: another issuer's token in, a robot's temporary token out.

use serde_json::json;

use super::{
    State,
    operation::{only_get, unauthorized},
    world::Robot,
};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
    issuer::claims_unverified,
    random,
    stand::{Answer, id_token::IdToken},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let robot = match robot(state, request) {
        Ok(robot) => robot,
        Err(error) => return Answer::refused(error),
    };
    let (now, life) = (state.now(), state.knobs.current().temporary_token_life);
    let seconds = whole_seconds(now);
    let token = state.key.sign(&json!({
        "iss": "quay", "aud": "quay-aud", "sub": robot.name, "jti": random::request_id(),
        "nbf": seconds, "iat": seconds, "exp": seconds + life.as_secs(),
    }));
    state.issued.note(&token, robot.name.clone(), now + life);
    Answer::for_principal(Ok(Reply::json(200, &json!({ "token": token }))), robot.name)
}

/// The robot that the login names, when the token is one that stands for it.
fn robot(state: &State, request: &Request) -> Result<Robot, ApiError> {
    if request.method != "GET" {
        return Err(only_get());
    }
    request.header("authorization").ok_or_else(|| unauthorized("No auth header"))?;
    let (name, token) = request.basic().ok_or_else(|| unauthorized("Invalid basic auth format"))?;
    if !name.contains('+') {
        return Err(unauthorized("Invalid robot"));
    }
    let world = state.world();
    let robot = world.find_robot(&name);
    let robot = robot.ok_or_else(|| unauthorized("Could not find robot with specified username"))?;
    if robot.federation.is_empty() {
        return Err(unauthorized("Robot does not have federated login configured"));
    }

    let unverified = claims_unverified(&token);
    let issuer = unverified.as_ref().and_then(|claims| claims["iss"].as_str());
    let issuer = issuer.ok_or_else(|| unauthorized("Token does not contain issuer"))?;
    let agreed: Vec<_> = robot.federation.iter().filter(|agreed| agreed.issuer == issuer).collect();
    if agreed.is_empty() {
        return Err(unauthorized(format!("issuer {issuer} not configured for this robot")));
    }
    let shown = IdToken::verified(world.issuers(), &token, state.now())
        .map_err(|flaw| unauthorized(format!("Invalid token: {flaw}")))?;
    let wanted = agreed.iter().rev().map(|agreed| &agreed.audiences).find(|wanted| !wanted.is_empty());
    if wanted.is_some_and(|wanted| !wanted.iter().any(|audience| shown.is_for(audience))) {
        return Err(unauthorized("Invalid token: Audience doesn't match"));
    }
    if !agreed.iter().any(|agreed| agreed.subject == shown.subject()) {
        return Err(unauthorized("Token does not match robot"));
    }
    Ok(robot.clone())
}

//! `/v2/`: takes a bearer token, and asks for one.

use serde_json::json;

use super::{State, knobs::Challenge, operation::unauthorized};
use crate::cloud::{
    http::{Reply, Request, form::Fields},
    stand::{Answer, bearer},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let shown = bearer::shown(request);
    if let Some(name) = shown.and_then(|token| state.bearer.subject(token)) {
        return Answer::for_principal(Ok(Reply::json(200, &json!({}))), name);
    }
    let realm = format!("{}/token", state.root_for(request));
    let challenge = match state.knobs.current().challenge {
        Challenge::Plain => format!("Bearer realm=\"{realm}\",service=\"{SERVICE}\""),
        Challenge::Awkward => format!(
            "Negotiate, DIGEST realm=\"a, \\\"b\\\" Bearer realm=\", nonce=x, \
             bEARER Service=\"{SERVICE}\" ,\tREALM=\"{realm}?{HARBOUR}\" , ,error=\"invalid_token\", \
             error_description=\"old, or \\\"none\\\"\", Basic realm=\"{realm}/basic, too\""
        ),
    };
    Answer::refused(unauthorized()).with_challenge(challenge)
}

/// Whether the query of the realm is still there, where it has one.
pub(super) fn is_kept(state: &State, request: &Request) -> bool {
    let query = Fields::parse(&request.query);
    state.knobs.current().challenge == Challenge::Plain
        || Fields::parse(HARBOUR).get("harbour") == query.get("harbour")
}

pub(super) const SERVICE: &str = "registry.example:5000";
const HARBOUR: &str = "harbour=a%2Cb%3D1";

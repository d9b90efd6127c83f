//! `POST /token`.

use serde_json::json;

use super::{
    Issued, State,
    asked::{Asked, token_type},
    client,
    world::World,
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    random,
    stand::{
        Answer,
        id_token::IdToken,
        oauth::{invalid_grant, invalid_request},
    },
};

pub(super) fn to(state: &State, request: &Request) -> Answer {
    match exchanged(state, request) {
        Ok((reply, subject)) => Answer::for_principal(Ok(reply), subject),
        Err(error) => {
            let is_client = error.code == "invalid_client" && request.header("authorization").is_some();
            let answer = Answer::refused(error);
            if is_client { answer.with_challenge("Basic realm=\"token\"") } else { answer }
        }
    }
}

fn exchanged(state: &State, request: &Request) -> Result<(Reply, String), ApiError> {
    if request.method != "POST" {
        return Err(ApiError::new(405, "invalid_request", "only POST is answered"));
    }
    if !request.header("content-type").is_some_and(|kind| kind.starts_with(FORM)) {
        return Err(invalid_request("the body is no form"));
    }
    let fields = request.fields();
    let client = client::of(state, request, &fields)?;
    let asked = Asked::read(request, &fields)?;
    let subject = subject(state, &asked.subject_token)?;
    check(&state.world(), &asked)?;

    let scope = if asked.scope.is_empty() { state.world().scopes.clone() } else { asked.scope.clone() };
    let facts = Issued { subject: subject.clone(), targets: asked.targets.clone(), scope, client };
    Ok((issue(state, &asked, facts), subject))
}

/// Who the subject token is about, when it is one that is taken.
fn subject(state: &State, token: &str) -> Result<String, ApiError> {
    let refused = |why: String| {
        if state.knobs.current().says_invalid_grant { invalid_grant(why) } else { invalid_request(why) }
    };
    let world = state.world();
    let shown = IdToken::verified(&world.issuers, token, state.now())
        .map_err(|flaw| refused(format!("the subject token is not accepted: {flaw}")))?;
    if shown.is_early(state.now()) {
        return Err(refused("the subject token is not valid yet".into()));
    }
    if world.subject_audience.as_ref().is_some_and(|audience| !shown.is_for(audience)) {
        return Err(refused("the subject token is for another audience".into()));
    }
    let is_known = |subjects: &Vec<String>| subjects.iter().any(|known| known == shown.subject());
    if !world.subjects.as_ref().is_none_or(is_known) {
        return Err(invalid_grant("nothing is given to the subject of the token"));
    }
    Ok(shown.subject().to_owned())
}

fn check(world: &World, asked: &Asked) -> Result<(), ApiError> {
    if world.needs_target && asked.targets.is_empty() {
        return Err(invalid_request("an 'audience' or a 'resource' is missing"));
    }
    if let Some(target) = asked.targets.iter().find(|target| !world.targets.contains(target)) {
        return Err(ApiError::new(400, "invalid_target", format!("no tokens are given for '{target}'")));
    }
    match asked.scope.iter().find(|scope| !world.scopes.contains(scope)) {
        Some(scope) => Err(ApiError::new(400, "invalid_scope", format!("the scope '{scope}' is not given"))),
        None => Ok(()),
    }
}

fn issue(state: &State, asked: &Asked, facts: Issued) -> Reply {
    let settings = state.knobs.current();
    let token = random::base64_text(64);
    let is_access_token = asked.wanted_type == token_type("access_token");
    let mut body = json!({
        "access_token": token,
        "issued_token_type": asked.wanted_type,
        "token_type": if is_access_token { settings.token_type } else { "N_A" },
    });
    if facts.scope != asked.scope {
        body["scope"] = facts.scope.join(" ").into();
    }
    if !settings.omits_life {
        body["expires_in"] = settings.token_life.as_secs().into();
    }
    state.issued.note(&token, facts, state.now() + settings.token_life);
    Reply::json(200, &body).with_header("cache-control", "no-store").with_header("pragma", "no-cache")
}

const FORM: &str = "application/x-www-form-urlencoded";

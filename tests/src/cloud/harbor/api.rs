//! What the API tells about the server, and the CLI secret of people.

use serde::Deserialize;
use serde_json::json;

use super::{
    State,
    caller::Caller,
    catalogue,
    error::{bad_request, forbidden, no_json, not_found, precondition, unprocessable},
    robots,
};
use crate::cloud::{
    ApiError,
    clock::iso,
    http::{Reply, Request, form},
    stand::Answer,
};

#[derive(Deserialize)]
struct CliSecret {
    secret: String,
}

pub(super) fn answer(state: &State, request: &Request, name: &str) -> Answer {
    let caller = Caller::of(state, request);
    let outcome = match name {
        "harbor:Ping" => Ok(Reply::text(200, "Pong")),
        "harbor:SystemInfo" => Ok(system_info(state, request, caller.is_some())),
        "harbor:Permissions" => permissions(state, request),
        "harbor:GetProject" => project(state, request),
        _ => set_cli_secret(state, request).map(|()| Reply::text(200, "")),
    };
    match caller {
        Some(caller) => Answer::for_principal(outcome, caller.name()),
        None => Answer::nameless(outcome),
    }
}

fn system_info(state: &State, request: &Request, is_known: bool) -> Reply {
    let auth_mode = if state.world().is_oidc() { "oidc_auth" } else { "db_auth" };
    let mut body = json!({
        "auth_mode": auth_mode,
        "primary_auth_mode": false,
        "self_registration": false,
        "banner_message": "",
    });
    if is_known {
        body["harbor_version"] = "v2.14.0-shorepass".into();
        body["external_url"] = state.root_for(request).into();
        body["registry_url"] = request.header("host").unwrap_or_default().into();
        body["has_ca_root"] = false.into();
        body["read_only"] = false.into();
        body["current_time"] = iso(state.now()).into();
    }
    Reply::json(200, &body)
}

/// For those who may make robots.
fn permissions(state: &State, request: &Request) -> Result<Reply, ApiError> {
    match Caller::required(state, request)? {
        Caller::User(_) => Ok(Reply::json(200, &catalogue::listed())),
        Caller::Robot { .. } => Err(forbidden()),
    }
}

/// By name, or by number.
fn project(state: &State, request: &Request) -> Result<Reply, ApiError> {
    let caller = Caller::required(state, request)?;
    let wanted = form::decode(request.path.rsplit('/').next().unwrap_or_default());
    let world = state.world();
    let by_number = wanted.parse().ok().and_then(|id| world.project_by_id(id));
    let project = by_number.or_else(|| world.find_project(&wanted));
    let project = project.ok_or_else(|| not_found(format_args!("project {wanted}")))?;
    if !project.is_public {
        let can_see = ["project", "repository"].iter().any(|resource| {
            ["read", "pull"].iter().any(|action| caller.can(Some(&project.name), resource, action))
        });
        if !can_see {
            return Err(forbidden());
        }
    }
    let metadata = json!({ "public": project.is_public.to_string() });
    Ok(Reply::json(200, &json!({ "project_id": project.id, "name": project.name, "metadata": metadata })))
}

fn set_cli_secret(state: &State, request: &Request) -> Result<(), ApiError> {
    let caller = Caller::required(state, request)?;
    if !request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(no_json());
    }
    let wanted: CliSecret =
        serde_json::from_slice(&request.body).map_err(|error| unprocessable(error.to_string()))?;
    let id = request.path.split('/').nth(4).and_then(|id| id.parse().ok());
    let mut world = state.world();
    if !world.is_oidc() {
        return Err(precondition("the CLI secret is only for users of an OIDC provider"));
    }
    let user = id.and_then(|id| world.user_by_id(id)).ok_or_else(|| not_found("user"))?;
    if caller.name() != user.name() && !caller.can(None, "user", "update") {
        return Err(forbidden());
    }
    if !robots::is_strong(&wanted.secret) {
        return Err(bad_request(robots::WEAK));
    }
    user.set_cli_secret(Some(&wanted.secret));
    Ok(())
}

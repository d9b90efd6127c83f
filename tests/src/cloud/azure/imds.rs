//! The metadata service of virtual machines: tokens of managed identities, every value a string.

use std::time::Duration;

use serde_json::json;

use super::{
    answer::Answer,
    managed::{self, NoIdentity},
    state::State,
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
};

/// How the metadata service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InstanceMood {
    /// As it should.
    #[default]
    Well,
    /// 404, as while the machine starts.
    NotReady,
    /// 410, as while the service is being updated; it lasts up to 70 s.
    Updating,
    /// 429, with `Retry-After`.
    Busy(Duration),
    /// 500.
    Broken,
}

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    grant(state, request).into()
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    if request.header("x-forwarded-for").is_some() {
        return Err(bad("bad_request", "Requests with an X-Forwarded-For header are refused"));
    }
    check_metadata_header(request)?;
    if let Some(refusal) = refusal(state.knobs.current().instance) {
        return Ok(Answer::nameless(Ok(refusal)));
    }
    let fields = request.fields();
    if request.method != "GET" {
        return Err(ApiError::new(405, "method_not_allowed", "Method not allowed"));
    }
    if fields.get("api-version") != Some("2018-02-01") {
        return Err(bad("bad_request", "The api-version is missing or not supported"));
    }
    let asked = resource_field(fields.get("resource"))?;

    let world = state.world();
    let resource = managed::resource(&world, asked).ok_or_else(|| unknown_resource(asked))?;
    let identity = managed::identity(&world, &fields, ["client_id", "object_id", "msi_res_id"]);
    drop(world);
    let identity = identity.map_err(|why| bad("invalid_request", wording(why)))?;
    let token = managed::token(state, &identity, &resource);
    let body = json!({
        "access_token": token.text,
        "client_id": identity.client_id,
        "expires_in": (token.expires_at - token.begins_at).to_string(),
        "expires_on": token.expires_at.to_string(),
        "ext_expires_in": (token.expires_at - token.begins_at).to_string(),
        "not_before": token.begins_at.to_string(),
        "resource": asked,
        "token_type": "Bearer",
    });
    Ok(Answer::for_principal(Reply::json(200, &body), identity.name))
}

/// Browsers and redirected clients do not send it, which is its purpose.
pub(super) fn check_metadata_header(request: &Request) -> Result<(), ApiError> {
    if request.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(());
    }
    Err(bad("bad_request_102", "Required metadata header not specified"))
}

pub(super) fn resource_field(resource: Option<&str>) -> Result<&str, ApiError> {
    let given = resource.filter(|resource| !resource.is_empty());
    given.ok_or_else(|| bad("invalid_request", "Required query variable 'resource' is missing"))
}

pub(super) fn unknown_resource(resource: &str) -> ApiError {
    let message = format!(
        "AADSTS50001: The application named {resource} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant."
    );
    bad("invalid_resource", &message)
}

fn refusal(mood: InstanceMood) -> Option<Reply> {
    let (status, code, message) = match mood {
        InstanceMood::Well => return None,
        InstanceMood::NotReady => (404, "not_found", "The identity endpoint is not ready"),
        InstanceMood::Updating => (410, "gone", "The identity endpoint is being updated"),
        InstanceMood::Busy(_) => (429, "too_many_requests", "Too many requests"),
        InstanceMood::Broken => (500, "unknown", "Failed to retrieve token from the directory"),
    };
    let reply = Reply::json(status, &json!({ "error": code, "error_description": message }));
    Some(match mood {
        InstanceMood::Busy(after) => reply.with_header("retry-after", after.as_secs_f64().ceil().to_string()),
        _ => reply,
    })
}

fn wording(why: NoIdentity) -> &'static str {
    match why {
        NoIdentity::Unknown => "Identity not found",
        NoIdentity::Several => {
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"
        }
        NoIdentity::NamedTwice => "Only one of client_id, object_id and msi_res_id may be given",
    }
}

fn bad(code: &str, message: &str) -> ApiError {
    ApiError::new(400, code, message)
}

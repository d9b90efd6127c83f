//! Managed identity of App Service, Functions and Container Apps, at `IDENTITY_ENDPOINT`.

use serde_json::json;

use super::{answer::Answer, managed, state::State};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    grant(state, request).into()
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    let world = state.world();
    let refused = |status: u16, code: &str, message: &str| Err(ApiError::new(status, code, message));
    match (request.header("x-identity-header"), &world.identity_header) {
        (_, None) => return refused(404, "NotFound", "No managed identity is enabled for this app"),
        (None, _) => return refused(401, "Unauthorized", "The X-IDENTITY-HEADER header is missing"),
        (Some(given), Some(known)) if given != known.expose() => {
            return refused(403, "Forbidden", "The X-IDENTITY-HEADER header is not this app's");
        }
        _ => {}
    }
    let fields = request.fields();
    if request.method != "GET" {
        return refused(405, "MethodNotAllowed", "only GET is answered");
    }
    if fields.get("api-version") != Some("2019-08-01") {
        return refused(400, "BadRequest", "The api-version is missing or not supported");
    }
    let asked = fields.get("resource").unwrap_or_default();
    let Some(resource) = managed::resource(&world, asked) else {
        return refused(
            400,
            "BadRequest",
            "AADSTS500011: The resource principal was not found in the tenant.",
        );
    };
    let identity = managed::identity(&world, &fields, ["client_id", "principal_id", "mi_res_id"]);
    drop(world);
    let Ok(identity) = identity else { return refused(400, "BadRequest", NO_IDENTITY) };

    let token = managed::token(state, &identity, &resource);
    let body = json!({
        "access_token": token.text,
        "client_id": identity.client_id,
        "expires_on": token.expires_at.to_string(),
        "resource": asked,
        "token_type": "Bearer",
    });
    Ok(Answer::for_principal(Reply::json(200, &body), identity.name))
}

const NO_IDENTITY: &str =
    "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.";

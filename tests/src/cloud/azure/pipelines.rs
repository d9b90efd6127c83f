//! The endpoint at which a job of Azure Pipelines gets its OIDC token (`SYSTEM_OIDCREQUESTURI`).

use serde_json::json;

use super::{answer::Answer, state::State, world::FEDERATED_AUDIENCE};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    grant(state, request).into()
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    let refused = |status: u16, code: &str, message: &str| Err(ApiError::new(status, code, message));
    if request.method != "POST" {
        return refused(405, "MethodNotAllowed", "The requested resource does not support this method.");
    }
    if request.header("content-length").is_none() {
        return refused(411, "LengthRequired", "The request must have a Content-Length.");
    }
    let world = state.world();
    let Some(job) = &world.pipelines else {
        return refused(404, "TimelineNotFoundException", "There is no such job.");
    };
    let bearer = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    if bearer != Some(job.access_token.expose()) {
        return to_sign_in(request);
    }
    let fields = request.fields();
    if !fields.get("api-version").is_some_and(|version| version.starts_with("7.")) {
        return refused(400, "VssVersionNotSpecifiedException", "No api-version was supplied.");
    }
    let subject = match fields.get("serviceConnectionId") {
        None => JOB_SUBJECT,
        Some(id) => match job.connections.get(id) {
            Some(subject) => subject,
            None => {
                return refused(404, "EndpointNotFoundException", "The service connection does not exist.");
            }
        },
    };
    let Some(issuer) = world.find_issuer(&job.issuer) else {
        return refused(500, "InternalServerError", "The issuer is not registered.");
    };

    let now = state.now_seconds();
    let claims = json!({
        "iss": issuer.url(),
        "sub": subject,
        "aud": FEDERATED_AUDIENCE,
        "iat": now,
        "nbf": now,
        "exp": now + LIFE_SECONDS,
    });
    let body = json!({ "oidcToken": issuer.sign(&claims) });
    Ok(Answer::for_principal(Reply::json(200, &body), subject))
}

/// Without the header that forbids it, a wrong token is answered with the way to a page for people.
fn to_sign_in(request: &Request) -> Result<Answer, ApiError> {
    if request.header("x-tfs-fedauthredirect").is_some_and(|value| value.eq_ignore_ascii_case("suppress")) {
        let message = "TF400813: The user '' is not authorized to access this resource.";
        return Err(ApiError::new(401, "UnauthorizedRequestException", message));
    }
    let page =
        Reply::new(302, "text/html; charset=utf-8", "<html><head><title>Object moved</title></head></html>")
            .with_header("location", "https://spsprodweu1.vssps.visualstudio.com/_signin");
    Ok(Answer::nameless(Ok(page)))
}

/// The path of the one job there is.
pub(super) const PATH: &str = "/shorepass/2f0c6d4e-1b3a-4e5f-8a7b-9c0d1e2f3a4b/_apis/distributedtask/hubs/build/plans/6a5b4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c2d/jobs/12f1170f-54f2-53f3-20dd-22fc7dff55f9/oidctoken";
const JOB_SUBJECT: &str = "p://shorepass/images/build";
const LIFE_SECONDS: u64 = 600;

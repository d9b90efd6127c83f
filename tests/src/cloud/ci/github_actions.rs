//! The service that `ACTIONS_ID_TOKEN_REQUEST_URL` names.

use serde_json::json;

use super::{State, token};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    stand::{Answer, bearer::shown},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    token::page(state).unwrap_or_else(|| grant(state, request).into())
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    let refused = |status: u16, why: &str| Err(ApiError::new(status, "Refused", why));
    if request.method != "GET" {
        return refused(405, "only GET");
    }
    if request.header("user-agent") != Some("actions/oidc-client") {
        return refused(403, "a client of another kind");
    }
    let fields = request.fields();
    if fields.all("api-version").count() != 1 || fields.all("audience").count() > 1 {
        return refused(400, "one api-version and one audience at most");
    }
    let job = shown(request).and_then(|token| state.world().asking(token).cloned());
    let Some(job) = job else { return refused(401, "no running job") };
    let audience = fields.get("audience").unwrap_or("https://github.com/shore");
    let value = token::sign(state, &job, audience, None, json!({ "repository_owner": "shore" }));
    Ok(Answer::for_principal(
        Ok(Reply::json(200, &json!({ "count": value.len(), "value": value }))),
        job.subject,
    ))
}

pub(super) const PATH: &str =
    "/7d3e/00000000-0000-0000-0000-000000000000/_apis/distributedtask/hubs/Actions/plans/1/jobs/2/idtoken";

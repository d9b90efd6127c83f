//! The service that `SYSTEM_OIDCREQUESTURI` names.

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
    if request.method != "POST" || request.header("content-length") != Some("0") {
        return refused(411, "a POST without a body, which says so");
    }
    let job = shown(request).and_then(|token| state.world().asking(token).cloned());
    let Some(job) = job else { return to_sign_in(request) };
    let fields = request.fields();
    if fields.get("api-version") != Some("7.1") {
        return refused(400, "no api-version");
    }
    match fields.get("serviceConnectionId") {
        None | Some(CONNECTION) => {}
        Some(_) => return refused(404, "no such service connection"),
    }
    let token = token::sign(state, &job, AUDIENCE, None, json!({}));
    Ok(Answer::for_principal(Ok(Reply::json(200, &json!({ "oidcToken": token }))), job.subject))
}

/// Without the header that forbids it, the way to a page for people.
fn to_sign_in(request: &Request) -> Result<Answer, ApiError> {
    if request.header("x-tfs-fedauthredirect").is_some_and(|value| value.eq_ignore_ascii_case("suppress")) {
        return Err(ApiError::new(401, "Unauthorized", "TF400813: not authorized"));
    }
    let page = Reply::new(302, "text/html", "<html>canary</html>")
        .with_header("location", "https://spsprodweu1.vssps.visualstudio.com/_signin");
    Ok(Answer::nameless(Ok(page)))
}

pub(super) const PATH: &str = "/shore/1/_apis/distributedtask/hubs/build/plans/2/jobs/3/oidctoken";
/// The one service connection there is.
const CONNECTION: &str = "11111111-2222-3333-4444-555555555555";
/// The only one there is.
const AUDIENCE: &str = "api://AzureADTokenExchange";

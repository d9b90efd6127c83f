//! The agent that gives containers their role's keys (ECS task roles, EKS Pod Identity).

use std::time::Duration;

use serde_json::json;

use super::{answer::Answer, caller::account_of, session::Session, state::State};
use crate::cloud::{
    ApiError,
    clock::iso,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let refused =
        |status: u16, code: &str, message: &str| Answer::refused(ApiError::new(status, code, message));
    if request.method != "GET" {
        return refused(405, "MethodNotAllowed", "only GET is answered");
    }
    let Some(container) = state.world().container.clone() else {
        return refused(404, "NotFound", "no role is associated");
    };
    match request.header("authorization") {
        None => return refused(401, "Unauthorized", "the Authorization header is missing"),
        Some(header) if header != container.authorization => {
            return refused(401, "AccessDenied", "the Authorization header is not the agent's");
        }
        Some(_) => {}
    }

    let now = state.now();
    let life = state.knobs.session_life_for(Duration::from_secs(6 * 3600));
    let session = Session::new(&container.role_arn, "container", now, now + life);
    state.sessions.begin(session.clone());
    let body = json!({
        "RoleArn": container.role_arn,
        "AccountId": account_of(&container.role_arn),
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key.expose(),
        "Token": session.token.expose(),
        "Expiration": iso(session.expires_at),
    });
    Answer::for_principal(Ok(Reply::json(200, &body)), container.role_arn)
}

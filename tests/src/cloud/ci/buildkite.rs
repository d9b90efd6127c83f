//! The service that Buildkite's agent asks. What a request has too much is refused, so that nothing is
//! asked for under a wrong name.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{State, token, world::Job};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    stand::Answer,
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    token::page(state).unwrap_or_else(|| grant(state, request).into())
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    let refused = |status: u16, why: &str| ApiError::new(status, "refused", why);
    if request.method != "POST" {
        return Err(refused(405, "only POST"));
    }
    let job = asking(state, request).ok_or_else(|| refused(401, "no running job"))?;
    if request.path != format!("{ROOT}/jobs/{}/oidc/tokens", job.id) {
        return Err(refused(404, "not this job"));
    }
    if request.header("content-type") != Some("application/json") {
        return Err(refused(415, "only JSON"));
    }
    let asked: Asked =
        serde_json::from_slice(&request.body).map_err(|_| refused(422, "fields that nobody knows"))?;
    let mut job = job;
    if let Some(claim) = &asked.subject_claim {
        if claim != "pipeline_id" {
            return Err(refused(422, "no such subject"));
        }
        job.subject = format!("pipeline_id:{}", job.id);
    }
    let further: serde_json::Map<String, Value> = asked
        .claims
        .iter()
        .chain(&asked.aws_session_tags)
        .map(|claim| (claim.clone(), json!("claimed")))
        .collect();
    let audience = asked.audience.as_deref().unwrap_or("https://buildkite.com/shore");
    let life = asked.lifetime.map(Duration::from_secs);
    let token = token::sign(state, &job, audience, life, further.into());
    Ok(Answer::for_principal(Ok(Reply::json(200, &json!({ "token": token }))), job.subject))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    audience: Option<String>,
    lifetime: Option<u64>,
    claims: Vec<String>,
    subject_claim: Option<String>,
    aws_session_tags: Vec<String>,
}

fn asking(state: &State, request: &Request) -> Option<Job> {
    let token = request.header("authorization")?.strip_prefix("Token ")?;
    state.world().asking(token).cloned()
}

pub(super) const ROOT: &str = "/v3";

//! What the services have in common: they sign, and sometimes a page for people stands before them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{State, world::Job};
use crate::cloud::{
    clock::whole_seconds,
    http::Reply,
    stand::{Answer, Site},
};

/// A token about the job.
pub(super) fn sign(
    state: &State,
    job: &Job,
    audience: &str,
    life: Option<Duration>,
    further: Value,
) -> String {
    let life = life.unwrap_or(state.knobs.current().token_life);
    let now = whole_seconds(Site::now(state));
    let issuer = state.world().issuer.clone();
    let mut claims = json!({
        "iss": issuer.url(), "sub": job.subject, "aud": audience,
        "iat": now, "nbf": now, "exp": now + life.as_secs(),
    });
    if let (Some(claims), Value::Object(further)) = (claims.as_object_mut(), further) {
        claims.extend(further);
    }
    issuer.sign(&claims)
}

/// The page that a test has asked for.
pub(super) fn page(state: &State) -> Option<Answer> {
    let status = state.knobs.current().page?;
    let page =
        Reply::new(status, "text/html; charset=utf-8", "<!DOCTYPE html><title>canary: sign in</title>");
    Some(Answer::nameless(Ok(page)))
}

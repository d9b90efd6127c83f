//! `POST …/serviceaccounts/NAME/token`, in the API server's order: who asks, whether that may be, whether
//! there is such an account, and last what is asked for.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    State, operation,
    world::{CLUSTER_ISSUER, subject},
};
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    http::{Reply, Request},
    stand::{Answer, id_token::IdToken},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let who = match bearer(state, request) {
        Ok(who) => who,
        Err(error) => return Answer::refused(error),
    };
    Answer::for_principal(made(state, request, &who), who)
}

fn bearer(state: &State, request: &Request) -> Result<String, ApiError> {
    let unauthorized = || ApiError::new(401, "Unauthorized", "Unauthorized");
    let shown = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let world = state.world();
    let token = IdToken::verified([&world.issuer], shown.ok_or_else(unauthorized)?, state.now());
    let token = token.map_err(|_| unauthorized())?;
    let is_account = world.accounts.iter().any(|account| account == token.subject());
    if token.is_for(CLUSTER_ISSUER) && is_account {
        Ok(token.subject().to_owned())
    } else {
        Err(unauthorized())
    }
}

fn made(state: &State, request: &Request, who: &str) -> Result<Reply, ApiError> {
    let (namespace, name) = operation::account(&request.path).unwrap_or_default();
    if request.method != "POST" {
        return Err(ApiError::new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        ));
    }
    let (whose, world) = (subject(namespace, name), state.world());
    if !world.allows(who, &whose) {
        return Err(ApiError::new(
            403,
            "Forbidden",
            format!(
                "serviceaccounts \"{name}\" is forbidden: User \"{who}\" cannot create resource \"serviceaccounts/token\" in API group \"\" in the namespace \"{namespace}\""
            ),
        ));
    }
    if !world.accounts.contains(&whose) {
        return Err(ApiError::new(404, "NotFound", format!("serviceaccounts \"{name}\" not found")));
    }
    let spec = spec(request)?;
    let life = Duration::from_secs(spec["expirationSeconds"].as_u64().unwrap_or(3600));
    let (now, end) = (whole_seconds(state.now()), state.now() + life);
    let token = world.issuer.sign(&json!({
        "iss": world.issuer.url(), "sub": whose, "aud": spec["audiences"],
        "iat": now, "nbf": now, "exp": whole_seconds(end),
        "kubernetes.io": { "namespace": namespace, "serviceaccount": { "name": name } },
    }));
    Ok(Reply::json(
        201,
        &json!({
            "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
            "metadata": { "name": name, "namespace": namespace }, "spec": spec,
            "status": { "token": token, "expirationTimestamp": iso(end) },
        }),
    ))
}

fn spec(request: &Request) -> Result<Value, ApiError> {
    if request.header("content-type") != Some("application/json") {
        return Err(ApiError::new(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format",
        ));
    }
    let bad = |why: &str| ApiError::new(400, "BadRequest", why);
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| bad("the body is no JSON"))?;
    if body["kind"] != "TokenRequest" || body["apiVersion"] != "authentication.k8s.io/v1" {
        return Err(bad("no kind \"TokenRequest\" is registered for this version"));
    }
    let invalid = |why: &str| ApiError::new(422, "Invalid", why);
    let audiences = body["spec"]["audiences"].as_array();
    if audiences.is_none_or(|all| all.is_empty() || all.iter().any(|one| !one.is_string())) {
        return Err(invalid("spec.audiences: Required value"));
    }
    match body["spec"]["expirationSeconds"].as_u64() {
        Some(..600) => {
            Err(invalid("spec.expirationSeconds: may not specify a duration less than 10 minutes"))
        }
        _ => Ok(body["spec"].clone()),
    }
}

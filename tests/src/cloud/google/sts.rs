//! The Security Token Service: somebody else's token goes in, one of Google's comes out.

mod asked;
mod aws;
mod oidc;

use std::time::SystemTime;

use serde_json::json;
use shorepass_secret::Secret;

use self::asked::Asked;
use super::{
    answer::Answer,
    scope,
    state::{HOUR, State},
    world::{PoolProvider, Proof},
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    Answer::of(exchange(state, request))
}

/// Who a subject token proves somebody to be, and how long that holds.
struct Proven {
    subject: String,
    until: Option<SystemTime>,
}

fn exchange(state: &State, request: &Request) -> Result<(Reply, String), ApiError> {
    let asked = Asked::read(request)?;
    if asked.grant_type != TOKEN_EXCHANGE {
        return Err(refused("unsupported_grant_type", format!("Invalid grant_type: {}", asked.grant_type)));
    }
    if asked.requested_token_type != ACCESS_TOKEN {
        return Err(invalid_value("requested_token_type"));
    }
    if asked.subject_token.is_empty() {
        return Err(invalid_value("subject_token"));
    }
    if asked.subject_token_type == ACCESS_TOKEN {
        refuse_authorization(request)?;
        return exchange_own(state, &asked);
    }

    let provider = provider(state, &asked.audience)?;
    let is_client = check_client(request, &provider)?;
    if provider.is_workforce() && !is_client {
        check_user_project(state, &asked)?;
    }
    let scopes = scope::split(&asked.scope);
    if scopes.is_empty() || !scope::are_known(&scopes) {
        return Err(refused("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
    }
    let proven = match (&provider.proof, asked.subject_token_type.as_str()) {
        (Proof::Oidc { issuer, audiences }, JWT | ID_TOKEN) => {
            oidc::prove(state, &provider, issuer, audiences, &asked.subject_token)?
        }
        (Proof::Aws { account }, AWS_REQUEST) => aws::prove(state, &provider, account, &asked.subject_token)?,
        _ => return Err(invalid_value("subject_token_type")),
    };

    let principal = provider.principal(&proven.subject);
    let whole = state.now() + state.knobs.token_life_for(HOUR);
    let end = proven.until.map_or(whole, |until| until.min(whole));
    let granted = state.grant_until(&principal, &scopes, end);
    let mut body = token_body(&granted.token);
    // A number that is nought is left out, as all of Google's replies do.
    if granted.expires_in > 0 {
        body["expires_in"] = granted.expires_in.into();
    }
    Ok((Reply::json(200, &body), principal))
}

/// A token of Google's own: what comes out ends when it ends, and the reply does not say when.
fn exchange_own(state: &State, asked: &Asked) -> Result<(Reply, String), ApiError> {
    let own = state
        .issued
        .find_live(&asked.subject_token)
        .ok_or_else(|| refused("invalid_grant", "Invalid subject token."))?;
    let granted = state.grant_until(&own.principal, &own.scopes, own.expires_at);
    Ok((Reply::json(200, &token_body(&granted.token)), own.principal))
}

fn provider(state: &State, audience: &str) -> Result<PoolProvider, ApiError> {
    let world = state.world();
    let pools = ["workloadIdentityPools", "workforcePools"];
    let is_resource_name = audience.starts_with(&format!("//iam.{}/", world.universe))
        && audience.contains("/providers/")
        && pools.iter().any(|pool| audience.contains(pool));
    if !is_resource_name {
        return Err(refused("invalid_request", NO_RESOURCE_NAME));
    }
    let provider = world.find_provider(audience).filter(|provider| !provider.is_disabled);
    provider.cloned().ok_or_else(|| refused("invalid_target", NO_PROVIDER))
}

/// Whether the request comes from an OAuth client of the workforce pool; any other login spoils it.
fn check_client(request: &Request, provider: &PoolProvider) -> Result<bool, ApiError> {
    let is_known = request.basic().is_some_and(|(id, secret)| {
        let is_this =
            |(known, known_secret): &(String, Secret)| *known == id && known_secret.expose() == secret;
        provider.is_workforce() && provider.clients.iter().any(is_this)
    });
    if !is_known {
        refuse_authorization(request)?;
    }
    Ok(is_known)
}

fn refuse_authorization(request: &Request) -> Result<(), ApiError> {
    match request.header("authorization") {
        Some(_) => Err(ApiError::new(401, "invalid_client", "The OAuth client was not found.")),
        None => Ok(()),
    }
}

fn check_user_project(state: &State, asked: &Asked) -> Result<(), ApiError> {
    let project = asked.user_project()?;
    if state.world().projects.iter().any(|known| Some(known) == project.as_ref()) {
        return Ok(());
    }
    Err(refused("invalid_request", "A user project that exists must be named in the options."))
}

fn token_body(token: &str) -> serde_json::Value {
    json!({ "access_token": token, "issued_token_type": ACCESS_TOKEN, "token_type": "Bearer" })
}

fn invalid_value(field: &str) -> ApiError {
    refused("invalid_request", format!("Invalid value for \"{field}\"."))
}

fn refused(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// What the provider's attribute condition says no to.
fn rejected() -> ApiError {
    refused("unauthorized_client", "The given credential is rejected by the attribute condition.")
}

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const AWS_REQUEST: &str = "urn:ietf:params:aws:token-type:aws4_request";

const NO_RESOURCE_NAME: &str = "Invalid value for \"audience\". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.";
const NO_PROVIDER: &str = "The target service indicated by the \"audience\" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn't exist.";

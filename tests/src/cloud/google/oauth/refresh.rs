//! `refresh_token`: a person's sign-in, for as long as nobody has ended it.

use serde_json::json;

use super::{refused, token_body, token_reply};
use crate::cloud::{
    ApiError,
    google::{
        error::INVALID_RAPT,
        scope,
        state::{HOUR, State},
        world::{AuthorizedUser, SignIn},
    },
    http::{Reply, form::Fields},
};

pub(super) fn answer(state: &State, fields: &Fields) -> Result<(Reply, String), ApiError> {
    let user = user(state, fields)?;
    let asked = scope::split(fields.get("scope").unwrap_or_default());
    if !asked.iter().all(|scope| user.scopes.contains(scope)) {
        return Err(refused("invalid_scope", "Bad Request"));
    }

    let scopes = if asked.is_empty() { user.scopes.clone() } else { asked };
    let granted = state.grant(&user.member(), &scopes, HOUR);
    let mut body = token_body(&granted);
    body["scope"] = json!(scopes.join(" "));
    Ok((token_reply(&body), user.member()))
}

fn user(state: &State, fields: &Fields) -> Result<AuthorizedUser, ApiError> {
    let field = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    let missing = |name: &str| refused("invalid_request", &format!("Missing required parameter: {name}"));
    let refresh_token = field("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let client_id = field("client_id")
        .ok_or_else(|| refused("invalid_request", "Could not determine client ID from request."))?;
    let client_secret =
        field("client_secret").ok_or_else(|| refused("invalid_request", "client_secret is missing."))?;

    let world = state.world();
    let client = world
        .users
        .iter()
        .find(|user| user.client_id == client_id)
        .ok_or_else(|| refused("invalid_client", "The OAuth client was not found."))?;
    if client.client_secret.expose() != client_secret {
        return Err(refused("invalid_client", "The provided client secret is invalid."));
    }
    let user = world
        .users
        .iter()
        .find(|user| user.client_id == client_id && user.refresh_token.expose() == refresh_token)
        .ok_or_else(|| refused("invalid_grant", "Bad Request"))?;
    match user.sign_in {
        SignIn::Good => Ok(user.clone()),
        SignIn::Revoked => Err(refused("invalid_grant", "Token has been expired or revoked.")),
        SignIn::WantsReauthentication => Err(refused(INVALID_RAPT, "reauth related error (invalid_rapt)")),
    }
}

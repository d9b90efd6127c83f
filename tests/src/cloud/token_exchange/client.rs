//! Which client asks: by `Authorization: Basic`, or with `client_id` and `client_secret` in the form
//! (RFC 6749 §2.3.1).

use shorepass_secret::Secret;

use super::{
    State,
    world::{Client, World},
};
use crate::cloud::{
    ApiError,
    http::{
        Request,
        form::{Fields, decode},
    },
    stand::oauth::{invalid_client, invalid_request},
};

/// `None` for a client that does not say who it is where it need not.
pub(super) fn of(state: &State, request: &Request, fields: &Fields) -> Result<Option<String>, ApiError> {
    let world = state.world();
    let (id, secret) = (fields.get("client_id"), fields.get("client_secret"));
    if request.header("authorization").is_some() {
        if secret.is_some() {
            return Err(invalid_request("a client proves itself in one way only"));
        }
        let (name, password) = request.basic().ok_or_else(invalid_client)?;
        let unescaped = |text: String| decode(&text.replace('+', " "));
        let (name, password) = (unescaped(name), unescaped(password));
        if id.is_some_and(|id| id != name) {
            return Err(invalid_client());
        }
        return proven(&world, &name, Some(&password)).map(Some);
    }
    match id {
        Some(id) => proven(&world, id, secret).map(Some),
        None if secret.is_some() => Err(invalid_client()),
        None if world.needs_client => Err(invalid_client()),
        None => Ok(None),
    }
}

fn proven(world: &World, id: &str, secret: Option<&str>) -> Result<String, ApiError> {
    let is_proven =
        |client: &&Client| client.id == id && client.secret.as_ref().map(Secret::expose) == secret;
    world.clients.iter().find(is_proven).map(|client| client.id.clone()).ok_or_else(invalid_client)
}

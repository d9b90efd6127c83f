//! `hub.docker.com`: the API's own short tokens, and the access token that follows a person's sign-in.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Grant, House, error, login, logins};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
    stand::{Answer, Site, bearer},
};

/// Makes the personal access token that becomes the docker password.
pub(super) fn create_token(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    if request.method != "POST" {
        return Err(error::wrong_method());
    }
    let person = bearer::shown(request).and_then(|token| login::person(site, token));
    let person = person.ok_or_else(|| error::unauthorized("unauthorized"))?;
    let mut world = site.world();
    let account = world.account_mut(&person).ok_or_else(|| error::unauthorized("unauthorized"))?;
    let secret = account.create_token(vec![Grant::new("*", &["pull", "push", "delete"])]);
    let body = json!({ "data": { "token": secret.expose() } });
    Ok(Answer::for_principal(Ok(Reply::json(201, &body)), person))
}

/// A token for the API, good at no registry.
pub(super) fn sign_in(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    if request.method != "POST" {
        return Err(error::wrong_method());
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let (Some(identifier), Some(secret)) = (body["identifier"].as_str(), body["secret"].as_str()) else {
        return Err(error::invalid("identifier and secret are required"));
    };
    let login = logins::of(site, identifier, secret)?;
    let now = site.now();
    let claims = json!({
        "sub": login.account,
        "iat": whole_seconds(now),
        "exp": whole_seconds(now + LIFE),
    });
    let body = json!({ "access_token": site.signer.sign(&claims) });
    Ok(Answer::for_principal(Ok(Reply::json(200, &body)), login.account))
}

const LIFE: Duration = Duration::from_secs(600);

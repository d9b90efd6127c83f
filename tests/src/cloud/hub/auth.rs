//! `auth.docker.io/token`: a login or nobody in, a bearer token out for what that one may do.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Bearer, House, error, logins, logins::Login};
use crate::cloud::{
    ApiError,
    access::{self, Access},
    clock::{iso, whole_seconds},
    http::{Reply, Request, form::Fields},
    random,
    stand::{Answer, Site},
};

pub(super) fn answer(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    let fields = request.fields();
    if fields.get("service") != Some(SERVICE) {
        return Err(error::invalid("service is not known"));
    }
    match request.method.as_str() {
        "GET" => get(site, request, &fields),
        "POST" => post(site, &fields),
        _ => Err(error::wrong_method()),
    }
}

fn get(site: &Site<House>, request: &Request, fields: &Fields) -> Result<Answer, ApiError> {
    let login = match request.header("authorization") {
        None => None,
        Some(_) => {
            let (username, password) = request.basic().unwrap_or_default();
            match logins::of(site, &username, &password) {
                Ok(login) => Some(login),
                Err(_) if site.knobs.current().forgives_bad_logins => None,
                Err(error) => return Err(error),
            }
        }
    };
    let (mut body, _) = issue(site, login.as_ref(), fields)?;
    body.insert("token".into(), body["access_token"].clone());
    if let Some(login) = login.as_ref().filter(|_| fields.get("offline_token") == Some("true")) {
        body.insert("refresh_token".into(), remember(site, login).into());
    }
    Ok(said(body, login))
}

/// The OAuth2 form of distribution's "oauth" specification.
fn post(site: &Site<House>, fields: &Fields) -> Result<Answer, ApiError> {
    let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    given("client_id").ok_or_else(|| error::invalid("client_id is missing"))?;
    let login = match given("grant_type") {
        Some("password") => {
            let (username, password) = (given("username"), given("password"));
            logins::of(site, username.unwrap_or_default(), password.unwrap_or_default())?
        }
        Some("refresh_token") => {
            let token = given("refresh_token").unwrap_or_default();
            site.refresh
                .find_live(token)
                .ok_or_else(|| error::unauthorized("the refresh token is invalid"))?
        }
        _ => return Err(error::invalid("grant_type is not supported")),
    };
    let (mut body, access) = issue(site, Some(&login), fields)?;
    body.insert("scope".into(), access.iter().map(Access::scope).collect::<Vec<_>>().join(" ").into());
    if given("access_type") == Some("offline") {
        body.insert("refresh_token".into(), remember(site, &login).into());
    }
    Ok(said(body, Some(login)))
}

fn issue(
    site: &Site<House>,
    login: Option<&Login>,
    fields: &Fields,
) -> Result<(Map<String, Value>, Vec<Access>), ApiError> {
    let wanted = access::wanted(fields).ok_or_else(|| error::invalid("scope is malformed"))?;
    let world = site.world();
    let access = access::narrowed(wanted, |name, action| logins::allows(&world, login, name, action));
    drop(world);

    let (now, life) = (site.now(), site.knobs.current().bearer_life);
    let claims: Vec<Value> = access.iter().map(Access::claim).collect();
    let token = site.signer.sign(&json!({
        "iss": "auth.docker.io",
        "aud": SERVICE,
        "sub": login.map(|login| login.account.as_str()).unwrap_or_default(),
        "jti": random::request_id(),
        "iat": whole_seconds(now),
        "exp": whole_seconds(now + life),
        "access": claims,
    }));
    let account = login.map(|login| login.account.clone());
    site.bearers.note(&token, Bearer { account, access: access.clone() }, now + life);

    let mut body = Map::new();
    body.insert("access_token".into(), token.into());
    body.insert("expires_in".into(), life.as_secs().into());
    body.insert("issued_at".into(), iso(now).into());
    Ok((body, access))
}

fn remember(site: &Site<House>, login: &Login) -> String {
    let token = format!("dckrr_{}", random::base64_text(60));
    site.refresh.note(&token, login.clone(), site.now() + REFRESH_LIFE);
    token
}

fn said(body: Map<String, Value>, login: Option<Login>) -> Answer {
    let outcome = Ok(Reply::json(200, &Value::Object(body)));
    match login {
        Some(login) => Answer::for_principal(outcome, login.account),
        None => Answer::nameless(outcome),
    }
}

pub(super) const SERVICE: &str = "registry.docker.io";
const REFRESH_LIFE: Duration = Duration::from_secs(24 * 3600);

//! The control path: what a shell script or another process may ask and turn, as JSON under `/_control/`.
//!
//! The front lets loopback in and nobody else. It hands out test secrets (signed tokens, sign-ins) because
//! handing them out is what a fake issuer is for; counts and audit hold none.

mod orders;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::orders::{Deny, Fail, Heal, Login, Session, Set, Token, UserCode};
use super::{
    operation::Service,
    sso::SignIn,
    state::State,
    world::{CI_AUDIENCE, CI_ISSUER},
};
use crate::cloud::{
    clock::iso,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request, path: &str) -> Reply {
    let outcome = match (request.method.as_str(), path) {
        ("GET", "counts") => Ok(json!(state.audit.counts())),
        ("GET", "audit") => Ok(json!(state.audit.entries())),
        ("GET", "issued") => Ok(json!({ "count": state.issued.count() })),
        ("POST", order) => obey(state, order, &request.body),
        _ => Err("there is no such thing to ask".to_owned()),
    };
    match outcome {
        Ok(body) => Reply::json(200, &body),
        Err(why) => Reply::json(400, &json!({ "error": why })),
    }
}

fn obey(state: &State, order: &str, body: &[u8]) -> Result<Value, String> {
    match order {
        "set" => read::<Set>(body)?.obey(&state.knobs)?,
        "fail" => read::<Fail>(body)?.obey(&state.knobs)?,
        "heal" => heal(state, &read(body)?)?,
        "valid" => return Ok(is_valid(state, &read(body)?)),
        "token" => return token(state, &read(body)?),
        "sign-in" => return Ok(sign_in(state, &read(body)?)),
        "approve" if !state.sign_ins.approve(&read::<UserCode>(body)?.user_code) => {
            return Err("nobody waits for this code".into());
        }
        "approve" => {}
        "deny" => change_rights(state, &read(body)?, true)?,
        "allow" => change_rights(state, &read(body)?, false)?,
        "revoke" => state.issued.revoke_all(),
        "expire-sessions" => state.sessions.expire_all(state.now()),
        "forget" => state.audit.forget(),
        _ => return Err("there is no such order".into()),
    }
    Ok(json!({}))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn heal(state: &State, order: &Heal) -> Result<(), String> {
    match &order.service {
        Some(name) => state.knobs.heal(orders::service(name)?),
        None => Service::ALL.into_iter().for_each(|service| state.knobs.heal(service)),
    }
    Ok(())
}

fn is_valid(state: &State, login: &Login) -> Value {
    let facts = state.issued.find(&login.username, &login.password);
    json!({
        "valid": state.issued.is_valid(&login.username, &login.password),
        "account": facts.as_ref().map(|facts| &facts.account),
        "region": facts.as_ref().map(|facts| &facts.region),
        "principal": facts.as_ref().map(|facts| &facts.principal),
        "expires_at": facts.as_ref().map(|facts| iso(facts.expires_at)),
    })
}

fn token(state: &State, order: &Token) -> Result<Value, String> {
    let issuer = order.issuer.as_deref().unwrap_or(CI_ISSUER);
    let audience = order.audience.as_deref().unwrap_or(CI_AUDIENCE);
    let world = state.world();
    let issuer = world.find_issuer(issuer).ok_or("there is no such issuer")?;
    let life = Duration::from_secs(order.life_s.unwrap_or(300));
    Ok(json!({ "token": issuer.token(&order.subject, audience, life) }))
}

fn sign_in(state: &State, order: &Session) -> Value {
    let done = state.sign_in();
    let name = order.session.as_ref().unwrap_or(&done.start_url);
    json!({ "cache_file": SignIn::cache_file_name(name), "cache": done.cache_json() })
}

fn change_rights(state: &State, order: &Deny, is_denied: bool) -> Result<(), String> {
    let mut world = state.world();
    if let Some(user) = world.user_mut(&order.principal) {
        if is_denied { user.deny(&order.action) } else { user.allow(&order.action) }
    } else if let Some(role) = world.role_mut(&order.principal) {
        if is_denied { role.deny(&order.action) } else { role.allow(&order.action) }
    } else {
        return Err("there is no such user or role".into());
    }
    Ok(())
}

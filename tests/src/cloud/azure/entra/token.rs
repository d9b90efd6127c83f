//! The token endpoint: which grant it is, who asks, and what they get.

use serde_json::{Value, json};

use super::{client, device, missing, post_form, scope, tenant, tenant_of_people};
use crate::cloud::{
    ApiError,
    azure::{access_token, answer::Answer, error::aadsts, state::State, world::Principal},
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request) -> Result<Answer, ApiError> {
    post_form(request)?;
    let fields = request.fields();
    match fields.get("grant_type").ok_or_else(|| missing("grant_type"))? {
        "client_credentials" => {
            let tenant = tenant(state, request)?;
            let audiences = client::audiences(state, request, tenant);
            let app = client::proven(state, &fields, &audiences)?;
            let resource = scope::of_application(state, &fields)?;
            Ok(answered(&granted(state, &app, &resource), &app))
        }
        "refresh_token" => {
            tenant_of_people(state, request)?;
            let client_id = client::public(state, &fields)?;
            let token = fields.get("refresh_token").ok_or_else(|| missing("refresh_token"))?;
            let user = state.sign_ins.refresh(&client_id, token)?;
            person(state, request, &client_id, &user, fields.get("scope"))
        }
        device::GRANT => {
            tenant_of_people(state, request)?;
            let client_id = client::public(state, &fields)?;
            let code = fields.get("device_code").ok_or_else(|| missing("device_code"))?;
            let (user, scope) = state.sign_ins.finish(&client_id, code, state.now())?;
            person(state, request, &client_id, &user, Some(&scope))
        }
        other => Err(aadsts(70003, format!("The app requested an unsupported grant type '{other}'."))),
    }
}

fn person(
    state: &State,
    request: &Request,
    client_id: &str,
    user: &str,
    scope: Option<&str>,
) -> Result<Answer, ApiError> {
    let wanted = scope::of_person(state, scope)?;
    let principal = state.world().principal(user).ok_or_else(|| aadsts(50034, ""))?;
    let principal = Principal { client_id: client_id.into(), ..principal };
    let mut body = granted(state, &principal, &wanted.resource);
    body["scope"] = format!("{}/.default", wanted.resource).into();
    if wanted.has_refresh_token {
        body["refresh_token"] = state.sign_ins.begin(client_id, user).into();
    }
    if wanted.has_id_token {
        body["id_token"] = id_token(state, request, &principal).into();
    }
    Ok(answered(&body, &principal))
}

/// Who has signed in, for the client itself (OpenID Connect Core 1.0, section 2).
fn id_token(state: &State, request: &Request, principal: &Principal) -> String {
    let (root, tenant) = (state.root_for(request), state.world().tenant.clone());
    let now = state.now_seconds();
    state.signer.sign(&json!({
        "aud": principal.client_id,
        "iss": format!("{root}/{tenant}/v2.0"),
        "iat": now,
        "nbf": now,
        "exp": now + ID_TOKEN_SECONDS,
        "oid": principal.object_id,
        "sub": principal.object_id,
        "tid": tenant,
        "preferred_username": principal.name,
        "ver": "2.0",
    }))
}

fn granted(state: &State, principal: &Principal, resource: &str) -> Value {
    let life = state.knobs.current().access_token_life;
    let token = access_token::issue(state, principal, resource, life);
    json!({
        "token_type": "Bearer",
        "expires_in": life.as_secs(),
        "ext_expires_in": life.as_secs(),
        "access_token": token.text,
    })
}

fn answered(body: &Value, principal: &Principal) -> Answer {
    let reply = Reply::json(200, body)
        .with_content_type("application/json; charset=utf-8")
        .with_header("cache-control", "no-store, no-cache");
    Answer::for_principal(reply, principal.name.clone())
}

const ID_TOKEN_SECONDS: u64 = 3600;

//! `POST /access/api/v1/oidc/token`: an OIDC token in, an access token out.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Issued, State,
    operation::refusal,
    world::{Mapping, Provider},
};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
    random,
    stand::{Answer, id_token::IdToken},
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    grant_type: String,
    subject_token_type: String,
    subject_token: String,
    provider_name: String,
    identity_mapping_name: Option<String>,
    audience: Option<String>,
    include_reference_token: bool,
}

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let exchanged = asked(request).and_then(|asked| {
        let (mapping, shown) = granted(state, &asked)?;
        Ok(Answer::for_principal(Ok(issue(state, &asked, &mapping, shown.subject())), mapping.username))
    });
    exchanged.into()
}

fn asked(request: &Request) -> Result<Asked, ApiError> {
    if request.method != "POST" {
        return Err(refusal(405, "Method Not Allowed"));
    }
    if !request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(refusal(415, "Unsupported Media Type"));
    }
    let asked: Asked = serde_json::from_slice(&request.body)
        .map_err(|_| refusal(400, "Could not parse the request body"))?;
    if asked.grant_type != GRANT {
        return Err(refusal(400, format!("grant_type must be '{GRANT}'")));
    }
    if asked.subject_token_type != ID_TOKEN {
        return Err(refusal(400, format!("subject_token_type must be '{ID_TOKEN}'")));
    }
    for (name, value) in [("subject_token", &asked.subject_token), ("provider_name", &asked.provider_name)] {
        if value.is_empty() {
            return Err(refusal(400, format!("{name} must not be empty")));
        }
    }
    Ok(asked)
}

fn granted(state: &State, asked: &Asked) -> Result<(Mapping, IdToken), ApiError> {
    let world = state.world();
    let provider = world.find_provider(&asked.provider_name);
    let provider = provider
        .ok_or_else(|| refusal(404, format!("OIDC provider '{}' was not found", asked.provider_name)))?;
    let shown = IdToken::verified([&provider.issuer], &asked.subject_token, state.now())
        .map_err(|flaw| refusal(401, format!("Token verification failed: {flaw}")))?;
    if shown.is_early(state.now()) {
        return Err(refusal(401, "Token verification failed: the token is not valid yet"));
    }
    check_audience(provider, asked, &shown)?;

    let named = |mapping: &&Mapping| {
        asked.identity_mapping_name.as_ref().is_none_or(|wanted| *wanted == mapping.name)
    };
    let mapping =
        provider.mappings.iter().filter(named).find(|mapping| mapping.fits(|name| shown.text(name)));
    let mapping = mapping.cloned();
    mapping.map(|mapping| (mapping, shown)).ok_or_else(|| {
        refusal(403, format!("No identity mapping of '{}' matches the token's claims", provider.name))
    })
}

fn check_audience(provider: &Provider, asked: &Asked, shown: &IdToken) -> Result<(), ApiError> {
    let Some(wanted) = &provider.audience else { return Ok(()) };
    let is_asked = asked.audience.as_ref().is_none_or(|audience| audience == wanted);
    if is_asked && shown.is_for(wanted) {
        return Ok(());
    }
    Err(refusal(401, "Token verification failed: the audience does not match the provider's"))
}

fn issue(state: &State, asked: &Asked, mapping: &Mapping, subject: &str) -> Reply {
    let settings = state.knobs.current();
    let (now, life) = (state.now(), settings.token_life.unwrap_or(mapping.life));
    let token = signed(state, mapping, life);
    let facts = Issued {
        username: mapping.username.clone(),
        mapping: mapping.name.clone(),
        subject: subject.to_owned(),
    };
    state.issued.note(&token, facts.clone(), now + life);
    let mut body = json!({
        "access_token": token,
        "expires_in": life.as_secs(),
        "scope": mapping.scope,
        "token_type": "Bearer",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "refreshable": false,
    });
    if !settings.omits_username {
        body["username"] = mapping.username.clone().into();
    }
    if asked.include_reference_token {
        let reference = random::base64_text(64).replace(['+', '/'], "r");
        state.issued.note(&reference, facts, now + life);
        body["reference_token"] = Value::from(reference);
    }
    Reply::json(200, &body)
}

fn signed(state: &State, mapping: &Mapping, life: Duration) -> String {
    let now = whole_seconds(state.now());
    state.key.sign(&json!({
        "iss": state.key.url(), "sub": format!("{}/users/{}", state.key.url(), mapping.username),
        "scp": mapping.scope, "aud": "*@*", "iat": now, "exp": now + life.as_secs(),
        "jti": random::request_id(),
    }))
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

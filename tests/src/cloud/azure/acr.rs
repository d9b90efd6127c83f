//! The authentication half of container registries: challenge, exchange and tokens.
//!
//! Which registry it is follows from `Host`. Images are not served here.

mod exchange;
mod scope;
mod token;

use std::time::Duration;

use serde_json::{Value, json};

use super::{answer::Answer, error, issued::IssuedToken, operation::Service, state::State, world::Registry};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
    random,
};

/// A request to a registry that exists.
struct Visit<'r> {
    request: &'r Request,
    registry: Registry,
    /// The registry's own name, whatever stands in for it.
    host: String,
}

pub(super) fn answer(state: &State, request: &Request, operation: &str) -> Answer {
    let world = state.world();
    let host = world.registry_host(request.header("host").unwrap_or_default());
    let found = host.and_then(|host| world.find_registry(&host).cloned().map(|registry| (host, registry)));
    drop(world);
    let Some((host, registry)) = found else {
        return Answer::refused(ApiError::new(404, "NAME_UNKNOWN", "there is no such registry"));
    };
    if state.knobs.current().has_firewall {
        let message = format!(
            "client with IP '{}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
            request.peer.ip()
        );
        return Answer::refused(ApiError::new(403, "DENIED", message));
    }
    let visit = Visit { request, registry, host };
    match operation {
        "Challenge" => challenge(state, &visit),
        "Exchange" => exchange::answer(state, &visit).into(),
        _ => token::answer(state, &visit).into(),
    }
}

fn challenge(state: &State, visit: &Visit<'_>) -> Answer {
    let request = visit.request;
    let bearer = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    let facts = bearer.and_then(|token| state.issued.live(token));
    let repository = repository_of(&request.path);
    if let Some(facts) = facts.filter(|facts| facts.registry == visit.host && facts.access.is_some()) {
        let outcome = match repository {
            None => Ok(Reply::json(200, &json!({}))),
            Some(_) => Err(ApiError::new(404, "NAME_UNKNOWN", "images are not served here")),
        };
        return Answer { outcome, principal: Some(facts.principal) };
    }
    let mut ask = format!(
        "Bearer realm=\"{}/oauth2/token\",service=\"{}\"",
        state.root_for(request),
        service_name(visit)
    );
    if let Some(repository) = repository {
        ask.push_str(&format!(",scope=\"repository:{repository}:pull\""));
    }
    let reply = error::reply(&unauthorized(), Service::Acr.protocol())
        .with_header("www-authenticate", ask)
        .with_header("docker-distribution-api-version", "registry/2.0");
    Answer::nameless(Ok(reply))
}

/// A real name stands for itself, whatever the port; anything else is what the client knows.
fn service_name(visit: &Visit<'_>) -> String {
    if visit.request.host() == visit.host {
        return visit.host.clone();
    }
    visit.request.header("host").unwrap_or_default().to_owned()
}

fn repository_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/v2/")?;
    ["/manifests/", "/blobs/", "/tags/"].iter().find_map(|part| rest.split_once(part)).map(|(name, _)| name)
}

impl Visit<'_> {
    fn check_service(&self, state: &State, service: Option<&str>) -> Result<(), ApiError> {
        let Some(service) = service.filter(|service| !service.is_empty()) else {
            return Err(invalid("the field 'service' is missing"));
        };
        if state.world().registry_host(service).as_ref() == Some(&self.host) {
            return Ok(());
        }
        Err(invalid("the field 'service' is not this registry's host"))
    }

    /// Signs and remembers a token of this registry.
    fn issue(&self, state: &State, principal: &str, life: Duration, grant: Grant) -> String {
        let begins_at = state.now_seconds();
        let expires_at = whole_seconds(state.now() + life);
        let mut claims = json!({
            "jti": random::request_id(),
            "sub": principal,
            "iss": ISSUER,
            "aud": self.host,
            "version": "1.0",
            "iat": begins_at,
            "nbf": begins_at,
            "exp": expires_at,
            "roles": [],
        });
        let access = match grant {
            Grant::Refresh => {
                claims["grant_type"] = "refresh_token".into();
                claims["tenant"] = state.world().tenant.as_str().into();
                claims["permissions"] = json!({ "actions": ["read", "write", "delete", "deleted/read"] });
                None
            }
            Grant::Access { access, repositories } => {
                claims["grant_type"] = "access_token".into();
                claims["access"] = Value::Array(access);
                Some(repositories)
            }
        };
        let token = state.signer.sign(&claims);
        let facts = IssuedToken {
            registry: self.host.clone(),
            principal: principal.into(),
            expires_at: std::time::UNIX_EPOCH + Duration::from_secs(expires_at),
            access,
        };
        state.issued.remember(&token, facts);
        token
    }
}

enum Grant {
    Refresh,
    Access { access: Vec<Value>, repositories: Vec<(String, Vec<String>)> },
}

fn unauthorized() -> ApiError {
    let message = "authentication required, visit https://aka.ms/acr/authorization for more information.";
    ApiError::new(401, "UNAUTHORIZED", message)
}

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "UNSUPPORTED", message)
}

/// The audience of Entra's tokens that every registry accepts.
pub const ACR_AUDIENCE: &str = "https://containerregistry.azure.net";
const ISSUER: &str = "Azure Container Registry";

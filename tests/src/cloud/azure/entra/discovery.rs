//! The documents with which clients find a tenant's endpoints, under the name that the client used.

use serde_json::json;

use super::tenant_of_people;
use crate::cloud::{
    azure::{answer::Outcome, state::State},
    http::{Reply, Request},
};

/// `/common/discovery/instance`: this server is the one authority there is.
pub(super) fn instance(state: &State, request: &Request) -> Reply {
    let authority = request.header("host").unwrap_or_default();
    let tenant = state.world().tenant.clone();
    let root = state.root_for(request);
    Reply::json(
        200,
        &json!({
            "tenant_discovery_endpoint": format!("{root}/{tenant}/v2.0/.well-known/openid-configuration"),
            "api-version": "1.1",
            "metadata": [{
                "preferred_network": authority,
                "preferred_cache": authority,
                "aliases": [authority],
            }],
        }),
    )
}

pub(super) fn tenant(state: &State, request: &Request) -> Outcome {
    let named = tenant_of_people(state, request)?;
    let root = format!("{}/{named}", state.root_for(request));
    Ok(Reply::json(
        200,
        &json!({
            "issuer": format!("{root}/v2.0"),
            "token_endpoint": format!("{root}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{root}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{root}/oauth2/v2.0/devicecode"),
            "jwks_uri": format!("{root}/discovery/v2.0/keys"),
            "token_endpoint_auth_methods_supported":
                ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["pairwise"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }),
    ))
}

pub(super) fn keys(state: &State, request: &Request) -> Outcome {
    tenant_of_people(state, request)?;
    Ok(Reply::json(200, &state.signer.jwks()))
}

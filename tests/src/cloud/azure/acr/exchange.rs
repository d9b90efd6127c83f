//! `POST /oauth2/exchange`: an Entra access token in, a refresh token of this registry out.

use serde_json::json;

use super::{ACR_AUDIENCE, Grant, Visit, invalid, unauthorized};
use crate::cloud::{
    ApiError,
    azure::{access_token, answer::Answer, state::State, world::Registry},
    http::Reply,
};

pub(super) fn answer(state: &State, visit: &Visit<'_>) -> Result<Answer, ApiError> {
    let request = visit.request;
    if request.method != "POST" {
        return Err(ApiError::new(404, "NOT_FOUND", "404 page not found"));
    }
    let fields = request.fields();
    if fields.get("grant_type") != Some("access_token") {
        return Err(invalid("the field 'grant_type' is not 'access_token'"));
    }
    visit.check_service(state, fields.get("service"))?;
    let token = fields.get("access_token").ok_or_else(|| invalid("the field 'access_token' is missing"))?;
    let principal = principal(state, &visit.registry, token, fields.get("tenant"))?;

    let life = state.knobs.current().registry_refresh_token_life;
    let refresh = visit.issue(state, &principal, life, Grant::Refresh);
    Ok(Answer::for_principal(Reply::json(200, &json!({ "refresh_token": refresh })), principal))
}

/// Who the Entra token speaks for, when this registry believes it.
pub(super) fn principal(
    state: &State,
    registry: &Registry,
    token: &str,
    tenant: Option<&str>,
) -> Result<String, ApiError> {
    let bearer = access_token::verify(state, token).ok_or_else(unauthorized)?;
    let world = state.world();
    let own_tenant = registry.tenant.as_deref().unwrap_or(&world.tenant);
    let is_own_tenant = |given: &str| given.eq_ignore_ascii_case(own_tenant);
    if !is_own_tenant(&bearer.tenant) || tenant.is_some_and(|given| !is_own_tenant(given)) {
        return Err(unauthorized());
    }
    if !is_accepted(registry, &bearer.audience) {
        return Err(unauthorized());
    }
    let name = world.name_of(&bearer.object_id).ok_or_else(unauthorized)?;
    if registry.knows(&name) { Ok(name) } else { Err(unauthorized()) }
}

fn is_accepted(registry: &Registry, audience: &str) -> bool {
    audience == ACR_AUDIENCE || (registry.accepts_arm_audience && ARM_AUDIENCES.contains(&audience))
}

const ARM_AUDIENCES: [&str; 5] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://management.chinacloudapi.cn",
    "https://management.usgovcloudapi.net",
    "https://management.microsoftazure.de",
];

//! `/oauth2/token`: a registry refresh token, an Entra token or nothing in, a narrowed access token out.

use serde_json::json;

use super::{Visit, exchange, invalid, scope, unauthorized};
use crate::cloud::{
    ApiError,
    azure::{answer::Answer, issued::USERNAME, state::State},
    http::{Reply, form::Fields},
};

pub(super) fn answer(state: &State, visit: &Visit<'_>) -> Result<Answer, ApiError> {
    let fields = visit.request.fields();
    let principal = match visit.request.method.as_str() {
        "POST" => of_form(state, visit, &fields)?,
        "GET" => of_login(state, visit, &fields)?,
        _ => return Err(ApiError::new(404, "NOT_FOUND", "404 page not found")),
    };
    let grant = scope::granted(&visit.registry, &principal, fields.all("scope"))?;
    let life = state.knobs.current().registry_access_token_life;
    let token = visit.issue(state, &principal, life, grant);
    Ok(Answer::for_principal(Reply::json(200, &json!({ "access_token": token })), principal))
}

fn of_form(state: &State, visit: &Visit<'_>, fields: &Fields) -> Result<String, ApiError> {
    visit.check_service(state, fields.get("service"))?;
    match fields.get("grant_type") {
        Some("refresh_token") => {
            let token = fields.get("refresh_token").ok_or_else(|| invalid("no 'refresh_token'"))?;
            of_refresh_token(state, visit, token)
        }
        Some("access_token") => {
            let token = fields.get("access_token").ok_or_else(|| invalid("no 'access_token'"))?;
            exchange::principal(state, &visit.registry, token, fields.get("tenant"))
        }
        _ => Err(invalid("the field 'grant_type' is not supported")),
    }
}

/// The older form, which is also that of anonymous pulls: no login, no name.
fn of_login(state: &State, visit: &Visit<'_>, fields: &Fields) -> Result<String, ApiError> {
    visit.check_service(state, fields.get("service"))?;
    if visit.request.header("authorization").is_none() && visit.registry.is_anonymous {
        return Ok(String::new());
    }
    match visit.request.basic() {
        Some((username, token)) if username == USERNAME => of_refresh_token(state, visit, &token),
        _ => Err(unauthorized()),
    }
}

fn of_refresh_token(state: &State, visit: &Visit<'_>, token: &str) -> Result<String, ApiError> {
    let is_ours = state.signer.verify(token).is_some_and(|claims| claims["grant_type"] == "refresh_token");
    let facts = state.issued.live(token).filter(|facts| is_ours && facts.registry == visit.host);
    let is_known = |name: &String| state.world().principal(name).is_some();
    facts.map(|facts| facts.principal).filter(is_known).ok_or_else(unauthorized)
}

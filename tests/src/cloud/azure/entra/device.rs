//! The start of a sign-in by device code (RFC 8628); the polling is a grant of the token endpoint.

use serde_json::json;

use super::{client, missing, post_form, scope, tenant_of_people};
use crate::cloud::{
    azure::{answer::Outcome, state::State},
    http::{Reply, Request},
};

pub(super) fn start(state: &State, request: &Request) -> Outcome {
    post_form(request)?;
    tenant_of_people(state, request)?;
    let fields = request.fields();
    let client_id = client::public(state, &fields)?;
    let scope = fields.get("scope").ok_or_else(|| missing("scope"))?;
    scope::of_person(state, Some(scope))?;

    let life = state.knobs.current().device_code_life;
    let (device_code, user_code) = state.sign_ins.start(&client_id, scope, state.now() + life);
    Ok(Reply::json(
        200,
        &json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": PAGE,
            "expires_in": life.as_secs(),
            "interval": 1,
            "message": format!("To sign in, use a web browser to open the page {PAGE} and enter the code {user_code} to authenticate."),
        }),
    ))
}

pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "https://microsoft.com/devicelogin";

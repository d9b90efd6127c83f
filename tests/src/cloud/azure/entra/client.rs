//! Which application asks, and whether it has proved that it is the one.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{certificate, federated, missing};
use crate::cloud::{
    ApiError,
    azure::{
        error::aadsts,
        state::State,
        world::{App, Principal},
    },
    http::{Request, form::Fields},
};

/// What `aud` of a certificate's assertion may be: the endpoint as the client addressed it, or the issuer.
pub(super) fn audiences(state: &State, request: &Request, tenant: &str) -> [String; 2] {
    let root = state.root_for(request);
    [format!("{root}/{tenant}/oauth2/v2.0/token"), format!("{root}/{tenant}/v2.0")]
}

/// The application, when its secret or its assertion is right.
pub(super) fn proven(state: &State, fields: &Fields, audiences: &[String]) -> Result<Principal, ApiError> {
    let app = find(state, fields)?;
    let (secret, assertion) = (fields.get("client_secret"), fields.get("client_assertion"));
    match (secret, assertion) {
        (Some(_), _) | (_, Some(_)) if app.is_public => return Err(aadsts(700_025, "")),
        (Some(secret), None) => check_secret(&app, secret)?,
        (None, Some(assertion)) => {
            if fields.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                return Err(aadsts(90023, "Unsupported value for parameter 'client_assertion_type'."));
            }
            check_assertion(state, &app, assertion, audiences)?;
        }
        (Some(_), Some(_)) => {
            return Err(aadsts(90023, "'client_secret' and 'client_assertion' must not be sent together."));
        }
        (None, None) => return Err(aadsts(7_000_216, "")),
    }
    state.world().principal(&app.client_id).ok_or_else(|| aadsts(700_016, ""))
}

/// The client id of an application that needs no proof.
pub(super) fn public(state: &State, fields: &Fields) -> Result<String, ApiError> {
    let app = find(state, fields)?;
    let has_proof = fields.get("client_secret").or(fields.get("client_assertion")).is_some();
    match (app.is_public, has_proof) {
        (true, false) => Ok(app.client_id),
        (true, true) => Err(aadsts(700_025, "")),
        (false, _) => Err(aadsts(7_000_218, "")),
    }
}

fn find(state: &State, fields: &Fields) -> Result<App, ApiError> {
    let client_id =
        fields.get("client_id").filter(|id| !id.is_empty()).ok_or_else(|| missing("client_id"))?;
    let world = state.world();
    let app = world.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id));
    app.cloned().ok_or_else(|| {
        let message = format!(
            "Application with identifier '{client_id}' was not found in the directory '{}'.",
            world.domain
        );
        aadsts(700_016, message)
    })
}

fn check_secret(app: &App, secret: &str) -> Result<(), ApiError> {
    let is_among =
        |secrets: &[shorepass_secret::Secret]| secrets.iter().any(|known| known.expose() == secret);
    if is_among(&app.secrets) {
        return Ok(());
    }
    let id = &app.client_id;
    Err(if is_among(&app.expired_secrets) {
        aadsts(7_000_222, format!("The provided client secret keys for app '{id}' are expired."))
    } else {
        aadsts(
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{id}'."
            ),
        )
    })
}

/// An assertion by certificate names its key or is issued by the application itself; any other is somebody
/// else's token.
fn check_assertion(state: &State, app: &App, assertion: &str, audiences: &[String]) -> Result<(), ApiError> {
    let (header, claims) = parts(assertion).ok_or_else(|| aadsts(50027, ""))?;
    let names_a_key = ["x5t", "x5t#S256", "x5c"].iter().any(|name| !header[*name].is_null());
    if names_a_key || claims["iss"].as_str() == Some(&app.client_id) {
        certificate::check(app, assertion, audiences, state.now_seconds())
    } else {
        federated::check(state, app, assertion, &claims)
    }
}

/// Header and claims, not yet believed.
fn parts(token: &str) -> Option<(Value, Value)> {
    let [header, claims, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let read = |part: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
    };
    Some((read(header)?, read(claims)?))
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

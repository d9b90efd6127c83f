//! `login.docker.com`: people sign in by device code (RFC 8628), stay signed in and sign out.
//!
//! Pending and refused polls are answered with 403, as this tenant does, not with the RFC's 400.

mod sign_ins;

use serde_json::json;

pub use self::sign_ins::SignIns;
use super::{House, error};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request, form::Fields},
    stand::{Answer, Site},
};

pub(super) fn device_code(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    let fields = form(request)?;
    let client = client(site, &fields)?;
    if fields.get("audience") != Some(AUDIENCE) {
        return Err(ApiError::new(403, "access_denied", "the audience is not known"));
    }
    let scope = fields.get("scope").unwrap_or_default();
    if !scope.split(' ').any(|one| one == "openid") {
        return Err(error::invalid("the scope `openid` is missing"));
    }
    let settings = site.knobs.current();
    let is_offline = scope.split(' ').any(|one| one == "offline_access");
    let ends_at = site.now() + settings.device_code_life;
    let (device_code, user_code) = site.sign_ins.start(&client, is_offline, ends_at);
    let body = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": PAGE,
        "verification_uri_complete": format!("{PAGE}?user_code={user_code}"),
        "expires_in": settings.device_code_life.as_secs(),
        "interval": settings.device_interval.as_secs(),
    });
    Ok(Answer::nameless(Ok(Reply::json(200, &body))))
}

pub(super) fn token(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    let fields = form(request)?;
    let client = client(site, &fields)?;
    let given = |name: &str| {
        fields.get(name).ok_or_else(|| error::invalid(&format!("missing required parameter: {name}")))
    };
    let (person, is_offline) = match given("grant_type")? {
        DEVICE_GRANT => {
            let interval = site.knobs.current().device_interval;
            site.sign_ins.poll(&client, given("device_code")?, site.now(), interval)?
        }
        "refresh_token" => (site.sign_ins.refresh(&client, given("refresh_token")?)?, true),
        _ => return Err(ApiError::new(403, "unsupported_grant_type", "unsupported grant type")),
    };
    let (now, life) = (site.now(), site.knobs.current().access_token_life);
    let claims = |audience: &str| {
        json!({
            "iss": "https://login.docker.com/",
            "aud": audience,
            "sub": format!("auth0|{person}"),
            "azp": client,
            "iat": whole_seconds(now),
            "exp": whole_seconds(now + life),
            "https://hub.docker.com": { "username": person, "email": format!("{person}@shorepass.example") },
        })
    };
    let mut body = json!({
        "access_token": site.signer.sign(&claims(AUDIENCE)),
        "id_token": site.signer.sign(&claims(&client)),
        "token_type": "Bearer",
        "expires_in": life.as_secs(),
    });
    if is_offline {
        body["refresh_token"] = site.sign_ins.begin(&client, &person).into();
    }
    Ok(Answer::for_principal(Ok(Reply::json(200, &body)), person))
}

/// A token that was never handed out is revoked, too.
pub(super) fn revoke(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    let fields = form(request)?;
    let client = client(site, &fields)?;
    let token = fields.get("token").ok_or_else(|| error::invalid("missing required parameter: token"))?;
    site.sign_ins.end(&client, token);
    Ok(Answer::nameless(Ok(Reply::text(200, ""))))
}

/// The page at which a person agrees, for whoever has a name and no browser.
pub(super) fn activate(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    let fields = form(request)?;
    let given = |name: &str| {
        fields.get(name).ok_or_else(|| error::invalid(&format!("missing required parameter: {name}")))
    };
    if !site.sign_ins.approve(given("user_code")?, given("username")?) {
        return Err(error::invalid("the code is not known"));
    }
    Ok(Answer::nameless(Ok(Reply::text(200, ""))))
}

/// Whose access token it is, if it is meant for the API and good at this moment.
pub(super) fn person(site: &Site<House>, token: &str) -> Option<String> {
    let claims = site.signer.verified(token).ok()?;
    let is_good = claims["aud"] == AUDIENCE && claims["exp"].as_u64()? > whole_seconds(site.now());
    is_good.then(|| claims["https://hub.docker.com"]["username"].as_str().map(str::to_owned)).flatten()
}

fn form(request: &Request) -> Result<Fields, ApiError> {
    if request.method == "POST" { Ok(request.fields()) } else { Err(error::wrong_method()) }
}

fn client(site: &Site<House>, fields: &Fields) -> Result<String, ApiError> {
    let id =
        fields.get("client_id").ok_or_else(|| error::invalid("missing required parameter: client_id"))?;
    let is_known = site.world().clients.iter().any(|known| known == id);
    is_known.then(|| id.to_owned()).ok_or_else(|| ApiError::new(401, "invalid_client", "unknown client"))
}

const AUDIENCE: &str = "https://hub.docker.com";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "https://login.docker.com/activate";

//! `github.com`: people sign in by device code (RFC 8628).
//!
//! What the RFC answers with 400 comes with 200 here, and in form encoding unless JSON is asked for.

mod sign_ins;

use std::time::Duration;

pub use self::sign_ins::SignIns;
use super::{House, error, logins::OauthToken};
use crate::cloud::{
    ApiError,
    http::{Reply, Request, form::encode},
    random,
    stand::{Answer, Site},
};

/// Names and values of an answer.
type Said = Vec<(&'static str, String)>;

pub(super) fn device_code(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    check(request)?;
    let fields = request.fields();
    let client = known_client(site, fields.get("client_id"));
    let (client, has_device_flow) = client.ok_or_else(|| ApiError::new(404, "Not Found", "Not Found"))?;
    if !has_device_flow {
        return Ok(Answer::nameless(Ok(written(request, &refusal("device_flow_disabled")))));
    }
    let settings = site.knobs.current();
    let scopes = scopes(fields.get("scope").unwrap_or_default());
    let ends_at = site.now() + settings.device_code_life;
    let (device_code, user_code) = site.sign_ins.start(&client, scopes, ends_at, settings.device_interval);
    let said = vec![
        ("device_code", device_code),
        ("user_code", user_code),
        ("verification_uri", "https://github.com/login/device".into()),
        ("expires_in", settings.device_code_life.as_secs().to_string()),
        ("interval", settings.device_interval.as_secs().to_string()),
    ];
    Ok(Answer::nameless(Ok(written(request, &said))))
}

pub(super) fn token(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    check(request)?;
    let fields = request.fields();
    let refuse = |said: &Said| Ok(Answer::nameless(Ok(written(request, said))));
    let Some((client, has_device_flow)) = known_client(site, fields.get("client_id")) else {
        return refuse(&refusal("incorrect_client_credentials"));
    };
    if fields.get("grant_type") != Some(GRANT) {
        return refuse(&refusal("unsupported_grant_type"));
    }
    if !has_device_flow {
        return refuse(&refusal("device_flow_disabled"));
    }
    let code = fields.get("device_code").unwrap_or_default();
    let (login, scopes) = match site.sign_ins.poll(&client, code, site.now()) {
        Ok(found) => found,
        Err(sign_ins::Refusal { error, interval }) => {
            let told = interval.map(|interval| ("interval", interval.as_secs().to_string()));
            return refuse(&refusal(error).into_iter().chain(told).collect());
        }
    };
    let token = format!("gho_{}", random::base64_text(36).replace(['+', '/'], "x"));
    let said =
        vec![("access_token", token.clone()), ("token_type", "bearer".into()), ("scope", scopes.join(","))];
    let facts = OauthToken { login: login.clone(), scopes, authorised_for: None };
    site.oauth.note(&token, facts, site.now() + UNTIL_REVOKED);
    Ok(Answer::for_principal(Ok(written(request, &said)), login))
}

fn check(request: &Request) -> Result<(), ApiError> {
    if request.method == "POST" { Ok(()) } else { Err(error::api(404, "Not Found")) }
}

fn known_client(site: &Site<House>, id: Option<&str>) -> Option<(String, bool)> {
    let world = site.world();
    let client = world.clients.iter().find(|client| Some(client.id.as_str()) == id)?;
    Some((client.id.clone(), client.has_device_flow))
}

fn scopes(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

fn refusal(code: &str) -> Said {
    vec![("error", code.into()), ("error_description", code.replace('_', " "))]
}

/// Numbers are numbers in JSON; everything else is text.
fn written(request: &Request, said: &Said) -> Reply {
    if request.header("accept").is_some_and(|accept| accept.contains("application/json")) {
        let value = |value: &String| match value.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) => serde_json::Value::from(value.as_str()),
        };
        let body = said.iter().map(|(name, text)| ((*name).to_owned(), value(text)));
        return Reply::json(200, &body.collect());
    }
    let pairs: Vec<_> = said.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    Reply::new(200, "application/x-www-form-urlencoded; charset=utf-8", pairs.join("&"))
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Such a token has no end of its own.
const UNTIL_REVOKED: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

//! `identity.docker.com`: an ID token of GitHub Actions in, a login of an organisation out.
//!
//! Whoever is not let in hears 401 and nothing else; the reason stands in the audit list only.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::json;

use super::{
    House, error,
    operation::EXCHANGE_GRANT,
    world::{Connection, Grant},
};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    random,
    stand::{Answer, Site, id_token::IdToken},
};

/// What an exchanged token is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyless {
    /// The user name of the login.
    pub organisation: String,
    /// Whose ID token it was.
    pub subject: String,
    /// The matching rulesets, merged.
    pub grants: Vec<Grant>,
}

pub(super) fn exchange(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    if request.method != "POST" {
        return Err(error::wrong_method());
    }
    let is_form = |kind: &str| kind.starts_with("application/x-www-form-urlencoded");
    if !request.header("content-type").is_some_and(is_form) {
        return Err(error::invalid("the body is no form"));
    }
    let fields = request.fields();
    let given = |name: &str| {
        let value = fields.get(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| error::invalid(&format!("{name} is missing")))
    };
    if given("grant_type")? != EXCHANGE_GRANT {
        return Err(ApiError::new(400, "unsupported_grant_type", "the grant type is not supported"));
    }
    if given("subject_token_type")? != ID_TOKEN {
        return Err(error::invalid("subject_token_type is not supported"));
    }
    let (subject_token, id) = (given("subject_token")?, given("connection_id")?);
    if !is_uuid(id) {
        return Err(error::invalid("connection_id is no UUID"));
    }
    let asked = given("expires_in")?.parse().ok().filter(|seconds| LIVES.contains(seconds));
    let asked = asked.ok_or_else(|| error::invalid("expires_in is out of bounds"))?;

    let subject = subject(site, subject_token)?;
    let keyless = keyless(site, id, &subject)?;
    Ok(issue(site, keyless, Duration::from_secs(asked)))
}

/// The subject of an ID token that is GitHub's, meant for Docker and good at this moment.
fn subject(site: &Site<House>, token: &str) -> Result<String, ApiError> {
    let (world, now) = (site.world(), site.now());
    let token = IdToken::verified([&world.issuer], token, now).map_err(|flaw| refused(&flaw.to_string()))?;
    if !token.is_for(AUDIENCE) {
        return Err(refused("the token is meant for somebody else"));
    }
    if token.is_early(now) {
        return Err(refused("the token has not begun"));
    }
    Ok(token.subject().to_owned())
}

fn keyless(site: &Site<House>, id: &str, subject: &str) -> Result<Keyless, ApiError> {
    let world = site.world();
    let found = world.connections.iter().find(|connection| connection.id.eq_ignore_ascii_case(id));
    let connection: &Connection = found.ok_or_else(|| refused("there is no such connection"))?;
    if !connection.is_active {
        return Err(refused("the connection is inactive"));
    }
    let grants =
        connection.grants_for(subject).ok_or_else(|| refused("no ruleset is meant for the subject"))?;
    Ok(Keyless { organisation: connection.organisation.clone(), subject: subject.into(), grants })
}

fn issue(site: &Site<House>, keyless: Keyless, asked: Duration) -> Answer {
    let settings = site.knobs.current();
    let life = settings.keyless_life.unwrap_or(asked);
    let token = format!("dckr_oidc_{}", random::base64_text(240));
    let mut body = json!({ "access_token": token });
    if settings.tells_keyless_life {
        body["expires_in"] = life.as_secs().into();
    }
    let principal = keyless.organisation.clone();
    site.keyless.note(&token, keyless, site.now() + life);
    Answer::for_principal(Ok(Reply::json(200, &body)), principal)
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn refused(reason: &str) -> ApiError {
    ApiError::new(401, reason, reason)
}

/// The audience of every ID token that is meant for Docker.
pub const AUDIENCE: &str = "https://identity.docker.com";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const LIVES: RangeInclusive<u64> = 300..=21_600;

//! The metadata service of an instance, version 2 only: a token first, then the role's keys.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use serde_json::json;

use super::{answer::Answer, session::Session, state::State};
use crate::cloud::{
    ApiError,
    clock::iso,
    http::{Reply, Request},
    random,
};

/// How the metadata service behaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum InstanceMood {
    /// As it should.
    #[default]
    Well,
    /// No role is attached: 404.
    NoRole,
    /// The service is switched off: 403.
    Disabled,
    /// 200 with this code and no keys in it.
    ErrorInside(String),
    /// The keys it gives have only this long to live, and asking again gives no others.
    NearlyExpired(Duration),
}

/// Its tokens and the keys that it hands to everybody until they are near their end.
#[derive(Default)]
pub(super) struct Imds {
    tokens: Mutex<HashMap<String, SystemTime>>,
    current: Mutex<Option<Session>>,
}

pub(super) fn answer(state: &State, request: &Request, operation: &str) -> Answer {
    let mood = state.knobs.current_instance();
    if mood == InstanceMood::Disabled || request.header("x-forwarded-for").is_some() {
        return plain(403, "Forbidden");
    }
    if operation == "Token" {
        return issue_token(state, request);
    }
    if request.method != "GET" {
        return plain(405, "Method Not Allowed");
    }
    if !has_token(state, request) {
        return plain(401, "Unauthorized");
    }
    match operation {
        "GetMetadata" if request.path == "/latest/meta-data/placement/region" => plain(200, REGION),
        "ListRoles" if mood != InstanceMood::NoRole => {
            let role = instance_role_name(state);
            role.map_or_else(|| plain(404, "Not Found"), |name| plain(200, &name))
        }
        "GetCredentials" if mood != InstanceMood::NoRole => credentials(state, request, mood),
        _ => plain(404, "Not Found"),
    }
}

fn issue_token(state: &State, request: &Request) -> Answer {
    if request.method != "PUT" {
        return plain(405, "Method Not Allowed");
    }
    let life = request.header(TTL).and_then(|text| text.parse::<u64>().ok());
    let Some(seconds @ 1..=21_600) = life else { return plain(400, "Bad Request") };

    let token = random::base64_text(56);
    let mut tokens = state.imds.tokens.lock().unwrap_or_else(PoisonError::into_inner);
    tokens.insert(token.clone(), state.now() + Duration::from_secs(seconds));
    Answer::unsigned(Ok(Reply::text(200, token).with_header(TTL, seconds.to_string())))
}

fn has_token(state: &State, request: &Request) -> bool {
    let tokens = state.imds.tokens.lock().unwrap_or_else(PoisonError::into_inner);
    let end = request.header("x-aws-ec2-metadata-token").and_then(|token| tokens.get(token));
    end.is_some_and(|end| *end > state.now())
}

fn credentials(state: &State, request: &Request, mood: InstanceMood) -> Answer {
    let asked = request.path.rsplit('/').next().unwrap_or_default();
    let Some(role_arn) = state.world().instance_role.clone() else { return plain(404, "Not Found") };
    if instance_role_name(state).as_deref() != Some(asked) {
        return plain(404, "Not Found");
    }
    if let InstanceMood::ErrorInside(code) = mood {
        let message = ApiError::of_code(&code).message;
        let body = json!({ "Code": code, "Message": message, "LastUpdated": iso(state.now()) });
        return Answer::unsigned(Ok(Reply::json(200, &body)));
    }

    let session = current_session(state, &role_arn, &mood);
    let body = json!({
        "Code": "Success",
        "LastUpdated": iso(session.began_at),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key.expose(),
        "Token": session.token.expose(),
        "Expiration": iso(session.expires_at),
    });
    Answer::for_principal(Ok(Reply::json(200, &body).with_content_type("text/plain")), role_arn)
}

/// The keys change when less than a quarter of their life is left, or the test has changed the mood.
fn current_session(state: &State, role_arn: &str, mood: &InstanceMood) -> Session {
    let now = state.now();
    let mut current = state.imds.current.lock().unwrap_or_else(PoisonError::into_inner);
    let life = match mood {
        InstanceMood::NearlyExpired(left) => *left,
        _ => state.knobs.session_life_for(Duration::from_secs(6 * 3600)),
    };
    let is_good = |session: &Session| {
        let whole = session.expires_at.duration_since(session.began_at).unwrap_or_default();
        let left = session.expires_at.duration_since(now).unwrap_or_default();
        session.role_arn == role_arn && whole == life && left > whole / 4
    };
    match current.as_ref().filter(|session| is_good(session)) {
        Some(session) => session.clone(),
        None => {
            let session = Session::new(role_arn, INSTANCE_ID, now, now + life);
            state.sessions.begin(session.clone());
            current.insert(session).clone()
        }
    }
}

fn instance_role_name(state: &State) -> Option<String> {
    let world = state.world();
    let arn = world.instance_role.as_ref()?;
    arn.rsplit('/').next().map(str::to_owned)
}

fn plain(status: u16, text: &str) -> Answer {
    Answer::unsigned(Ok(Reply::text(status, text)))
}

const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const REGION: &str = "eu-west-1";
const INSTANCE_ID: &str = "i-0123456789abcdef0";

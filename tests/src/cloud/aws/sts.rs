//! The Security Token Service: form in, XML out.

mod arguments;
mod assume_role;
mod outbound;
mod web_identity;

use std::time::{Duration, SystemTime};

use self::arguments::Arguments;
use super::{
    answer::{Answer, Outcome},
    caller::{Caller, session_arn},
    error::escape_xml,
    session::Session,
    state::State,
    world::Role,
};
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    http::{Reply, Request},
    random,
};

pub(super) fn answer(state: &State, request: &Request, operation: &str) -> Answer {
    let fields = request.fields();
    if fields.get("Version") != Some("2011-06-15") {
        return Answer::refused(ApiError::new(
            400,
            "InvalidAction",
            format!("Could not find operation {operation} for version NO_VERSION_SPECIFIED"),
        ));
    }
    let arguments = Arguments::new(&fields);
    match operation {
        "AssumeRoleWithWebIdentity" => Answer::unsigned(web_identity::answer(state, request, &arguments)),
        "AssumeRole" => signed(state, request, |caller| assume_role::answer(state, caller, &arguments)),
        "GetWebIdentityToken" => signed(state, request, |caller| outbound::answer(state, caller, &arguments)),
        "GetCallerIdentity" => signed(state, request, |caller| Ok(caller_identity(caller))),
        _ => Answer::refused(ApiError::new(
            400,
            "InvalidAction",
            format!("Could not find operation {operation} for version 2011-06-15"),
        )),
    }
}

fn signed(state: &State, request: &Request, act: impl FnOnce(&Caller) -> Outcome) -> Answer {
    state.signed(request, "sts", |signed| act(&signed.caller))
}

fn caller_identity(caller: &Caller) -> Reply {
    xml(
        "GetCallerIdentity",
        &[
            element("Arn", &caller.arn),
            element("UserId", &caller.user_id),
            element("Account", caller.account()),
        ]
        .concat(),
    )
}

/// The reply that both ways of assuming a role have in common.
fn assumed(operation: &str, role: &Role, session: &Session, further: &str) -> Reply {
    let credentials = [
        element("AccessKeyId", &session.access_key_id),
        element("SecretAccessKey", session.secret_access_key.expose()),
        element("SessionToken", session.token.expose()),
        element("Expiration", &iso(session.expires_at)),
    ]
    .concat();
    let user = [
        element("AssumedRoleId", &format!("{}:{}", role.id, session.name)),
        element("Arn", &session_arn(role, &session.name)),
    ]
    .concat();
    xml(
        operation,
        &format!(
            "<Credentials>{credentials}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>{further}"
        ),
    )
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape_xml(text))
}

fn xml(operation: &str, result: &str) -> Reply {
    let request_id = random::request_id();
    let body = format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>{result}</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>\n"
    );
    Reply::new(200, "text/xml", body).with_header("x-amzn-requestid", request_id)
}

/// Begins the session that was asked for.
fn begin(state: &State, role: &Role, arguments: &Arguments<'_>) -> Result<Session, ApiError> {
    let began_at = state.now();
    let life = state.knobs.session_life_for(arguments.duration()?);
    let expires_at = if life < SHORTEST { began_at + life } else { whole_second(began_at + life) };
    let mut session = Session::new(&role.arn, arguments.session_name()?, began_at, expires_at);
    session.policy = arguments.policy()?;
    state.sessions.begin(session.clone());
    Ok(session)
}

/// STS dates sessions in whole seconds; only a test that wants shorter ones sees fractions.
fn whole_second(at: SystemTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(whole_seconds(at))
}

/// The shortest session that STS gives.
const SHORTEST: Duration = Duration::from_secs(900);

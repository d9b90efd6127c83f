//! What `generateAccessToken` is asked for.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::cloud::{
    ApiError,
    google::{error::invalid_argument, scope, state::HOUR},
};

/// The fields of the request.
#[derive(Debug)]
pub(super) struct Asked {
    /// Emails, in order.
    pub(super) delegates: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) lifetime: Duration,
}

impl Asked {
    pub(super) fn read(body: &[u8]) -> Result<Self, ApiError> {
        let mut body: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| invalid_argument("Invalid JSON payload received. Unable to parse it."))?;
        // A null is the same as nothing; clients write it for the delegates that they do not have.
        body.retain(|_, value| !value.is_null());
        if let Some(key) = body.keys().find(|key| !["delegates", "scope", "lifetime"].contains(&key.as_str()))
        {
            let message =
                format!("Invalid JSON payload received. Unknown name \"{key}\": Cannot find field.");
            return Err(invalid_argument(message));
        }
        let scopes = texts(&body, "scope")?;
        if scopes.is_empty() || !scope::are_known(&scopes) {
            return Err(invalid_argument("Request contains an invalid argument."));
        }
        Ok(Self { delegates: delegates(&body)?, scopes, lifetime: lifetime(&body)? })
    }
}

fn delegates(body: &Map<String, Value>) -> Result<Vec<String>, ApiError> {
    let email = |name: String| {
        let email = name.strip_prefix("projects/-/serviceAccounts/").filter(|email| !email.is_empty());
        email.map(str::to_owned).ok_or_else(|| invalid_argument(format!("Invalid form of delegate: {name}")))
    };
    texts(body, "delegates")?.into_iter().map(email).collect()
}

fn lifetime(body: &Map<String, Value>) -> Result<Duration, ApiError> {
    let Some(value) = body.get("lifetime") else { return Ok(HOUR) };
    let seconds = value.as_str().and_then(|text| text.strip_suffix('s')).filter(|digits| is_decimal(digits));
    seconds
        .and_then(|digits| digits.parse().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            let kind = "type.googleapis.com/google.protobuf.Duration";
            invalid_argument(format!("Invalid value at 'lifetime' ({kind}), {value}"))
        })
}

fn texts(body: &Map<String, Value>, name: &str) -> Result<Vec<String>, ApiError> {
    let invalid = || invalid_argument(format!("Invalid value at '{name}' (TYPE_STRING)"));
    let Some(value) = body.get(name) else { return Ok(Vec::new()) };
    let texts = value.as_array().ok_or_else(invalid)?.iter().map(|one| one.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(invalid)
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

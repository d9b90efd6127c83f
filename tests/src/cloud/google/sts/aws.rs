//! Subject tokens of AWS: a signed `GetCallerIdentity` that Google sends on to learn who signed it.
//!
//! The real STS asks AWS; this one verifies the signature itself, against the keys of the world.

use std::net::SocketAddr;

use serde::Deserialize;
use serde_json::json;

use super::{Proven, refused, rejected};
use crate::cloud::{
    ApiError,
    aws::sigv4::{self, Expected, KnownKey, Refusal},
    google::{
        state::State,
        world::{AwsKey, PoolProvider},
    },
    http::{
        Request,
        form::{Fields, decode},
    },
};

/// A request that has not been sent.
#[derive(Deserialize)]
struct Unsent {
    url: String,
    method: String,
    headers: Vec<Header>,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
struct Header {
    key: String,
    value: String,
}

pub(super) fn prove(
    state: &State,
    provider: &PoolProvider,
    account: &str,
    token: &str,
) -> Result<Proven, ApiError> {
    let unsent: Unsent = serde_json::from_str(&decode(token))
        .map_err(|error| refused("invalid_request", format!("Invalid format of AWS credentials: {error}")))?;
    let (request, region) = request(&unsent)?;
    check_target(state, &request, provider)?;

    let expected = Expected { service: "sts", region: Some(&region) };
    let verified =
        sigv4::verify(&request, expected, state.now(), |id| known(state, id)).map_err(vouched_not)?;
    let key = find(state, &verified.key_id).ok_or_else(|| vouched_not(Refusal::UnknownKey))?;
    let claims = json!({ "arn": key.arn, "account": key.account() });
    if key.account() != account || !provider.accepts(&claims) {
        return Err(rejected());
    }
    Ok(Proven { subject: key.arn, until: None })
}

/// The request as AWS would get it, and the region of its endpoint.
fn request(unsent: &Unsent) -> Result<(Request, String), ApiError> {
    let invalid = |what: &str| refused("invalid_grant", format!("Invalid AWS request: {what}."));
    if unsent.method != "POST" {
        return Err(invalid("the method must be POST"));
    }
    let rest = unsent.url.strip_prefix("https://").ok_or_else(|| invalid("the URL must be https"))?;
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let region = host
        .strip_prefix("sts.")
        .and_then(|name| name.strip_suffix(".amazonaws.com"))
        .filter(|region| !region.is_empty() && !region.contains('.'))
        .ok_or_else(|| invalid("the host must be sts.REGION.amazonaws.com"))?;
    let fields = Fields::parse(query);
    let is_question = fields.get("Action") == Some("GetCallerIdentity")
        && fields.get("Version") == Some("2011-06-15")
        && path.is_empty();
    if !is_question {
        return Err(invalid("the query must ask for GetCallerIdentity of 2011-06-15"));
    }

    let request = Request {
        method: unsent.method.clone(),
        path: format!("/{path}"),
        query: query.into(),
        headers: unsent
            .headers
            .iter()
            .map(|header| (header.key.to_ascii_lowercase(), header.value.clone()))
            .collect(),
        body: unsent.body.clone().into_bytes(),
        peer: SocketAddr::from(([127, 0, 0, 1], 0)),
    };
    for name in ["authorization", "host", "x-amz-date", TARGET] {
        if request.header(name).is_none() {
            return Err(invalid(&format!("the header {name} is missing")));
        }
    }
    if request.header("host") != Some(host) {
        return Err(invalid("the header host is not the URL's"));
    }
    Ok((request, region.to_owned()))
}

/// Without it a request signed for one provider could be shown to another. The real STS only recommends
/// that it be signed; whoever uses this fake must have signed it, unless a knob says otherwise.
fn check_target(state: &State, request: &Request, provider: &PoolProvider) -> Result<(), ApiError> {
    let authorization = request.header("authorization").unwrap_or_default();
    let signed = authorization
        .split(',')
        .find_map(|part| part.trim().strip_prefix("SignedHeaders="))
        .unwrap_or_default();
    let is_signed = signed.split(';').any(|name| name == TARGET) || state.knobs.takes_unsigned_target();
    let target = request.header(TARGET).unwrap_or_default();
    if is_signed && target.strip_prefix("https:").unwrap_or(target) == provider.name {
        return Ok(());
    }
    let message = format!("Invalid AWS request: the header {TARGET} must be signed and name the audience.");
    Err(refused("invalid_grant", message))
}

fn known(state: &State, id: &str) -> Option<KnownKey> {
    let AwsKey { secret, session_token, expires_at, .. } = find(state, id)?;
    Some(KnownKey { secret, session_token, expires_at })
}

fn find(state: &State, id: &str) -> Option<AwsKey> {
    state.world().aws_keys.iter().find(|key| key.id == id).cloned()
}

fn vouched_not(refusal: Refusal) -> ApiError {
    let (code, message) = match refusal {
        Refusal::Missing => ("MissingAuthenticationToken", "Request is missing Authentication Token".into()),
        Refusal::Incomplete(why) => ("IncompleteSignature", why),
        Refusal::UnknownKey => {
            ("InvalidClientTokenId", "The security token included in the request is invalid.".into())
        }
        Refusal::Expired => ("ExpiredToken", "The security token included in the request is expired".into()),
        Refusal::Mismatch(why) => ("SignatureDoesNotMatch", why),
    };
    let message = format!("Received invalid AWS response of type {code} with error message: {message}");
    refused("invalid_grant", message)
}

const TARGET: &str = "x-goog-cloud-target-resource";

//! Verifies AWS Signature Version 4 in the `Authorization` header, as AWS does it on the other side.
//!
//! Follows "Create a signed AWS API request" of the IAM user guide; query signatures (presigned URLs) are
//! deliberately absent. A refusal says what was wrong; which error code that is depends on the service's
//! protocol and is decided in `error`.

mod authorization;
mod canonical;
#[cfg(test)]
mod signer;

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use shorepass_secret::Secret;

use self::authorization::Authorization;
#[cfg(test)]
pub(crate) use self::signer::{Keys, sign};
use crate::cloud::{
    clock::{compact, parse_compact},
    http::Request,
};

/// What the signature must be made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// Such as `ecr`.
    pub(crate) service: &'a str,
    /// The region that the host's name tells; without one any well-formed region will do.
    pub(crate) region: Option<&'a str>,
}

/// The half of a key that the cloud remembers.
#[derive(Debug, Clone)]
pub(crate) struct KnownKey {
    /// The secret access key.
    pub(crate) secret: Secret,
    /// What must come along when the key is temporary.
    pub(crate) session_token: Option<Secret>,
    /// When a temporary key ends.
    pub(crate) expires_at: Option<SystemTime>,
}

/// Who signed, and for where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    /// The access key's id.
    pub(crate) key_id: String,
    /// The region of the credential scope.
    pub(crate) region: String,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is none.
    Missing,
    /// The header cannot be read, or lacks a part.
    Incomplete(String),
    /// Nobody has this key, or the session token is not the key's.
    UnknownKey,
    /// The key was good once.
    Expired,
    /// Wrong signature, date or scope.
    Mismatch(String),
}

/// Verifies one request.
///
/// # Errors
/// When AWS would not take the request for the key owner's.
pub(crate) fn verify(
    request: &Request,
    expected: Expected<'_>,
    now: SystemTime,
    known: impl Fn(&str) -> Option<KnownKey>,
) -> Result<Verified, Refusal> {
    let header = request.header("authorization").ok_or(Refusal::Missing)?;
    let authorization = Authorization::parse(header).map_err(Refusal::Incomplete)?;
    let date = request.header("x-amz-date").ok_or_else(|| {
        Refusal::Incomplete(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".into(),
        )
    })?;

    let key = known(&authorization.key_id).ok_or(Refusal::UnknownKey)?;
    check_session(request, &key, now)?;
    check_signed_headers(request, &authorization)?;
    check_date(date, &authorization, now)?;
    check_scope(&authorization, expected)?;
    check_payload_hash(request)?;

    let canonical = canonical::request(request, &authorization.signed_headers);
    let to_sign =
        format!("{ALGORITHM}\n{date}\n{}\n{}", authorization.scope(), hex(&Sha256::digest(canonical)));
    let signing_key = signing_key(key.secret.expose(), &authorization);
    let offered = unhex(&authorization.signature).unwrap_or_default();
    mac(&signing_key)
        .chain_update(to_sign)
        .verify_slice(&offered)
        .map_err(|_| Refusal::Mismatch(WRONG_SIGNATURE.into()))?;

    Ok(Verified { key_id: authorization.key_id, region: authorization.region })
}

fn check_session(request: &Request, key: &KnownKey, now: SystemTime) -> Result<(), Refusal> {
    match (&key.session_token, request.header("x-amz-security-token")) {
        (None, None) => Ok(()),
        (Some(token), Some(offered)) if is_same(token.expose().as_bytes(), offered.as_bytes()) => {
            if key.expires_at.is_some_and(|end| end <= now) { Err(Refusal::Expired) } else { Ok(()) }
        }
        _ => Err(Refusal::UnknownKey),
    }
}

/// AWS wants every `x-amz-` header to be signed, not only the three that it names.
fn check_signed_headers(request: &Request, authorization: &Authorization) -> Result<(), Refusal> {
    let is_signed = |name: &str| authorization.signed_headers.iter().any(|signed| signed == name);
    let must_be = |name: &str| name == "host" || name.starts_with("x-amz-");
    let forgotten =
        request.headers.iter().map(|(name, _)| name.as_str()).find(|&name| must_be(name) && !is_signed(name));
    match forgotten {
        _ if !is_signed("host") => Err(Refusal::Mismatch(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into(),
        )),
        Some(name) => Err(Refusal::Mismatch(format!(
            "There were headers present in the request which were not signed: {name}"
        ))),
        None => Ok(()),
    }
}

fn check_date(date: &str, authorization: &Authorization, now: SystemTime) -> Result<(), Refusal> {
    let signed_at = parse_compact(date).ok_or_else(|| {
        Refusal::Incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ))
    })?;
    let (earliest, latest) = (now - TOLERANCE, now + TOLERANCE);
    if signed_at < earliest {
        let (earliest, now) = (compact(earliest), compact(now));
        return Err(Refusal::Mismatch(format!(
            "Signature expired: {date} is now earlier than {earliest} ({now} - 5 min.)"
        )));
    }
    if signed_at > latest {
        let (latest, now) = (compact(latest), compact(now));
        return Err(Refusal::Mismatch(format!(
            "Signature not yet current: {date} is still later than {latest} ({now} + 5 min.)"
        )));
    }
    if authorization.date != date[..8] {
        let scoped = &authorization.date;
        return Err(Refusal::Mismatch(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scoped}' != '{}', from '{date}'.",
            &date[..8]
        )));
    }
    Ok(())
}

fn check_scope(authorization: &Authorization, expected: Expected<'_>) -> Result<(), Refusal> {
    let region = authorization.region.as_str();
    let is_region_right = expected.region.map_or_else(|| looks_like_region(region), |host| host == region);
    if !is_region_right {
        let wanted = expected.region.map(|host| format!(", not '{region}': '{host}'")).unwrap_or_default();
        return Err(Refusal::Mismatch(format!("Credential should be scoped to a valid region{wanted}. ")));
    }
    if authorization.service != expected.service {
        return Err(Refusal::Mismatch(format!(
            "Credential should be scoped to correct service: '{}'. ",
            expected.service
        )));
    }
    if authorization.terminator != "aws4_request" {
        return Err(Refusal::Mismatch(format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ",
            authorization.terminator
        )));
    }
    Ok(())
}

fn check_payload_hash(request: &Request) -> Result<(), Refusal> {
    let real = hex(&Sha256::digest(&request.body));
    match request.header("x-amz-content-sha256") {
        Some(claimed) if claimed != real => Err(Refusal::Mismatch(WRONG_SIGNATURE.into())),
        _ => Ok(()),
    }
}

fn signing_key(secret: &str, authorization: &Authorization) -> Vec<u8> {
    let scope =
        [&authorization.date, &authorization.region, &authorization.service, &authorization.terminator];
    scope.into_iter().fold(format!("AWS4{secret}").into_bytes(), |key, part| {
        mac(&key).chain_update(part).finalize().into_bytes().to_vec()
    })
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// In a time that does not depend on where the two differ.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn looks_like_region(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [words @ .., number] => {
            (2..=3).contains(&words.len())
                && words.iter().all(|word| is_word(word))
                && (1..=2).contains(&number.len())
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        [] => false,
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(byte).collect()
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TOLERANCE: Duration = Duration::from_secs(5 * 60);
const WRONG_SIGNATURE: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

#[cfg(test)]
mod tests;

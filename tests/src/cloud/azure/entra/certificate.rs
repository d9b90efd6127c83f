//! Assertions that an application signs with the key of a registered certificate (RFC 7523).

use jsonwebtoken::{Algorithm, DecodingKey, Header, decode_header};
use serde_json::Value;

use crate::cloud::{
    ApiError,
    azure::{
        access_token::{date, is_begun},
        error::aadsts,
        signer::verified,
        world::{App, AppCertificate},
    },
};

pub(super) fn check(app: &App, assertion: &str, audiences: &[String], now: u64) -> Result<(), ApiError> {
    let header = decode_header(assertion).map_err(|_| aadsts(5_002_738, ""))?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::PS256) {
        let message =
            format!("Invalid JWT token. '{:?}' is not a supported signature algorithm.", header.alg);
        return Err(aadsts(5_002_738, message));
    }
    let certificate = named(app, &header).ok_or_else(|| unverified(&header, "The key was not found."))?;
    let key =
        DecodingKey::from_rsa_pem(certificate.public_pem().as_bytes()).map_err(|_| aadsts(700_027, ""))?;
    let claims = verified(assertion, &key, header.alg).ok_or_else(|| {
        unverified(&header, "The key was found, but use of the key to verify the signature failed.")
    })?;
    check_claims(app, &claims, audiences, now)
}

/// Every thumbprint that is given must be that of the same registered certificate; some clients pad them.
fn named<'a>(app: &'a App, header: &Header) -> Option<&'a AppCertificate> {
    if header.x5t.is_none() && header.x5t_s256.is_none() {
        return None;
    }
    let is_same = |given: &Option<String>, known: &str| {
        given.as_ref().is_none_or(|given| given.trim_end_matches('=') == known)
    };
    app.certificates.iter().find(|certificate| {
        is_same(&header.x5t, certificate.thumbprint())
            && is_same(&header.x5t_s256, certificate.sha256_thumbprint())
    })
}

fn check_claims(app: &App, claims: &Value, audiences: &[String], now: u64) -> Result<(), ApiError> {
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    if !audiences.iter().any(|audience| audience == text("aud")) {
        return Err(aadsts(700_023, ""));
    }
    if text("iss") != app.client_id || text("sub") != app.client_id {
        return Err(aadsts(700_021, ""));
    }
    let Some(end) = date(claims, "exp") else { return Err(aadsts(50027, "")) };
    if end <= now || end - now > LONGEST_SECONDS || !is_begun(claims, now) {
        let message = format!(
            "Client assertion is not within its valid time range. Current time: {now}, expiry time of assertion {end}."
        );
        return Err(aadsts(700_024, message));
    }
    if text("jti").is_empty() {
        return Err(aadsts(50027, "JWT token is invalid or malformed: 'jti' is missing."));
    }
    Ok(())
}

fn unverified(header: &Header, reason: &str) -> ApiError {
    let thumbprint = header.x5t_s256.as_ref().or(header.x5t.as_ref()).map_or("", String::as_str);
    let message = format!(
        "Client assertion failed signature validation. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}']"
    );
    aadsts(700_027, message)
}

const LONGEST_SECONDS: u64 = 600;

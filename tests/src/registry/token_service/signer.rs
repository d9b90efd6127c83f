//! Signs bearer tokens so that distribution 2.8 believes them: ES256 and libtrust's key id.

use std::{
    io,
    time::{Duration, SystemTime},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cloud::{clock::whole_seconds, random};

/// A key and the certificate that the registry trusts.
pub(super) struct Signer {
    key: EncodingKey,
    kid: String,
    certificate_pem: String,
}

impl Signer {
    pub(super) fn new() -> io::Result<Self> {
        let pair = KeyPair::generate().map_err(io::Error::other)?;
        let params = CertificateParams::new(vec!["token-signer".into()]).map_err(io::Error::other)?;
        let certificate = params.self_signed(&pair).map_err(io::Error::other)?;
        let key = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).map_err(io::Error::other)?;
        let kid = libtrust_id(&pair.subject_public_key_info());
        Ok(Self { key, kid, certificate_pem: certificate.pem() })
    }

    pub(super) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(super) fn sign(
        &self,
        issuer: &str,
        subject: &str,
        audience: &str,
        access: &Value,
        now: SystemTime,
        life: Duration,
    ) -> String {
        let now = whole_seconds(now);
        let claims = json!({
            "iss": issuer, "sub": subject, "aud": audience, "jti": random::request_id(),
            "iat": now, "nbf": now - EARLIER_BY, "exp": now + life.as_secs(), "access": access,
        });
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &self.key).expect("an ES256 key signs any JSON")
    }
}

/// Base32 of the first 30 bytes of the public key's SHA-256, in groups of four (docker/libtrust).
fn libtrust_id(public_key_info: &[u8]) -> String {
    let encoded = base32(&Sha256::digest(public_key_info)[..30]);
    encoded.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>().join(":")
}

/// Of whole groups of five bytes, which need no padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let group = |five: &[u8]| {
        let number = five.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        (0..8).rev().map(move |at| {
            let digit = usize::try_from((number >> (5 * at)) & 31).unwrap_or(0);
            char::from(ALPHABET[digit])
        })
    };
    bytes.chunks_exact(5).flat_map(group).collect()
}

/// The registry's clock may be a little behind.
const EARLIER_BY: u64 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_rfc_4648() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }

    #[test]
    fn a_key_id_is_twelve_groups_of_four() {
        let id = libtrust_id(b"key");

        assert_eq!(id.split(':').map(str::len).collect::<Vec<_>>(), [4; 12]);
    }
}

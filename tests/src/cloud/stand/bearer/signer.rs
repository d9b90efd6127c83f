//! Signs bearer tokens so that distribution believes them: ES256, with the certificate in the token's head
//! (`x5c`), so that a registry needs to know nothing else.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::cloud::{clock::whole_seconds, random};

/// A key and the certificate that the registry trusts.
pub(super) struct Signer {
    key: EncodingKey,
    chain: Vec<String>,
    certificate_pem: String,
}

/// The claims that differ from token to token.
pub(super) struct Claims<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: &'a str,
    pub(super) audience: &'a str,
    pub(super) access: Value,
}

impl Signer {
    pub(super) fn new() -> Self {
        let pair = KeyPair::generate().expect("the TLS library makes keys");
        let params = CertificateParams::new(vec!["token-signer".into()]).expect("the name is ASCII");
        let certificate = params.self_signed(&pair).expect("the key signs its own certificate");
        let pem = pair.serialize_pem();
        Self {
            key: EncodingKey::from_ec_pem(pem.as_bytes()).expect("the key was made for ES256"),
            chain: vec![BASE64_STANDARD.encode(certificate.der())],
            certificate_pem: certificate.pem(),
        }
    }

    pub(super) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(super) fn sign(&self, claims: &Claims<'_>, now: SystemTime, life: Duration) -> String {
        let now = whole_seconds(now);
        let claims = json!({
            "iss": claims.issuer, "sub": claims.subject, "aud": claims.audience,
            "jti": random::request_id(), "iat": now, "nbf": now - EARLIER_BY, "exp": now + life.as_secs(),
            "access": claims.access,
        });
        let header = Header { x5c: Some(self.chain.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &self.key).expect("an ES256 key signs any JSON")
    }
}

/// The registry's clock may be a little behind.
const EARLIER_BY: u64 = 5;

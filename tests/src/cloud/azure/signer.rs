//! The key with which the fake cloud signs its tokens, and the way to tell that it did.
//!
//! All clouds of a process share one key, because making it is slow; each has a `kid` of its own, which
//! the signature covers, so that another cloud's token is refused. Dates and claims are the caller's.

use std::sync::OnceLock;

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, PublicKeyUse},
};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use crate::cloud::random;

/// The RS256 key under this cloud's name for it.
pub(super) struct Signer {
    kid: String,
    key: &'static Key,
}

struct Key {
    private: EncodingKey,
    public: DecodingKey,
}

impl Signer {
    pub(super) fn new() -> Self {
        static KEY: OnceLock<Key> = OnceLock::new();
        Self { kid: random::request_id(), key: KEY.get_or_init(Key::generate) }
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::RS256) };
        encode(&header, claims, &self.key.private).expect("claims are JSON")
    }

    /// The claims, when the token is one of ours.
    pub(super) fn verify(&self, token: &str) -> Option<Value> {
        let is_ours = decode_header(token).is_ok_and(|header| header.kid.as_ref() == Some(&self.kid));
        is_ours.then(|| verified(token, &self.key.public, Algorithm::RS256)).flatten()
    }

    /// For the key set that is published.
    pub(super) fn jwks(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key.private, Algorithm::RS256)
            .expect("an RSA key has a public half");
        jwk.common.key_id = Some(self.kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        json!({ "keys": [jwk] })
    }
}

impl Key {
    fn generate() -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            .expect("the TLS library makes keys");
        Self {
            private: EncodingKey::from_rsa_pem(key.serialize_pem().as_bytes()).expect("it is an RSA key"),
            public: DecodingKey::from_rsa_pem(key.public_key_pem().as_bytes()).expect("it is an RSA key"),
        }
    }
}

/// The claims, when the signature is this key's; nothing else is judged.
pub(super) fn verified(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<Value> {
    let mut signature_only = Validation::new(algorithm);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    decode::<Value>(token, key, &signature_only).ok().map(|token| token.claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_tokens_count_and_the_published_key_verifies_them() {
        let (signer, other) = (Signer::new(), Signer::new());
        let token = signer.sign(&json!({ "a": 1 }));

        assert_eq!(signer.verify(&token), Some(json!({ "a": 1 })));
        assert_eq!(signer.verify(&other.sign(&json!({ "a": 1 }))), None);
        let forger = Signer { kid: signer.kid.clone(), key: Box::leak(Box::new(Key::generate())) };
        assert_eq!(signer.verify(&forger.sign(&json!({ "a": 1 }))), None);
        let jwk: Jwk = serde_json::from_value(signer.jwks()["keys"][0].clone()).unwrap();
        assert!(verified(&token, &DecodingKey::from_jwk(&jwk).unwrap(), Algorithm::RS256).is_some());
    }
}

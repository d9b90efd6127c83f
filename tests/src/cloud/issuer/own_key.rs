//! The one key of an issuer that lives here.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::Value;
use shorepass_secret::Secret;

use crate::cloud::random;

/// A key pair with an id.
#[derive(Debug, Clone)]
pub(super) struct OwnKey {
    algorithm: Algorithm,
    id: String,
    private_pem: Secret,
    public_pem: String,
}

impl OwnKey {
    /// A new one, for RS256 or ES256.
    pub(super) fn generate(algorithm: Algorithm) -> Self {
        let key = match algorithm {
            Algorithm::RS256 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
            _ => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        }
        .expect("the TLS library makes keys");
        Self {
            algorithm,
            id: random::request_id(),
            private_pem: Secret::new(key.serialize_pem()),
            public_pem: key.public_key_pem(),
        }
    }

    /// Another one for the same algorithm.
    pub(super) fn successor(&self) -> Self {
        Self::generate(self.algorithm)
    }

    /// Another one that says that it is this.
    #[cfg(test)]
    pub(super) fn forged(&self) -> Self {
        Self { id: self.id.clone(), ..self.successor() }
    }

    /// As a key set publishes it.
    #[cfg(test)]
    pub(super) fn jwk(&self) -> Value {
        use jsonwebtoken::jwk::{Jwk, PublicKeyUse};

        let key = EncodingKey::from_rsa_pem(self.private_pem.expose().as_bytes()).expect("an RSA key");
        let mut jwk = Jwk::from_encoding_key(&key, self.algorithm).expect("an RSA key has a public half");
        jwk.common.key_id = Some(self.id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        serde_json::to_value(jwk).expect("a key is JSON")
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn private_pem(&self) -> &Secret {
        &self.private_pem
    }

    /// Signs exactly these claims.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let pem = self.private_pem.expose().as_bytes();
        let key = match self.algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem),
            _ => EncodingKey::from_ec_pem(pem),
        }
        .expect("the key was made for this algorithm");
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        encode(&header, claims, &key).expect("claims are JSON")
    }

    /// The public half, for a token that names it.
    pub(super) fn public_for(&self, header: &Header) -> Option<DecodingKey> {
        if header.alg != self.algorithm || header.kid.as_ref() != Some(&self.id) {
            return None;
        }
        let pem = self.public_pem.as_bytes();
        match self.algorithm {
            Algorithm::RS256 => DecodingKey::from_rsa_pem(pem),
            _ => DecodingKey::from_ec_pem(pem),
        }
        .ok()
    }
}

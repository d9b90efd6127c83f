//! GitHub Apps, their keys, and where they are installed.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use shorepass_secret::Secret;

/// An app with one key.
#[derive(Clone)]
pub struct App {
    /// For people.
    pub name: String,
    /// A possible `iss`.
    pub id: u64,
    /// The other one.
    pub client_id: String,
    private_pem: Secret,
    public_pem: String,
}

/// An app in an account.
#[derive(Debug, Clone)]
pub struct Installation {
    /// As it stands in the API's paths.
    pub id: u64,
    /// The app's id.
    pub app: u64,
    /// The login of a person or organisation.
    pub account: String,
    /// Such as `packages` and `read`.
    pub permissions: BTreeMap<String, String>,
    /// Names with owner; `None` is every repository of the account.
    pub repositories: Option<Vec<String>>,
    /// Whether the account has suspended it.
    pub is_suspended: bool,
}

impl App {
    /// An app with a new key; making one takes a while.
    ///
    /// # Panics
    /// When the TLS library makes no keys.
    #[must_use]
    pub fn new(name: &str, id: u64, client_id: &str) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            .expect("the TLS library makes keys");
        Self {
            name: name.into(),
            id,
            client_id: client_id.into(),
            private_pem: Secret::new(pkcs1(&key.serialize_der())),
            public_pem: key.public_key_pem(),
        }
    }

    /// The private key as GitHub hands it out: PKCS#1 in PEM.
    #[must_use]
    pub fn private_key(&self) -> &Secret {
        &self.private_pem
    }

    /// The same app after its owner has replaced the key.
    #[must_use]
    pub fn with_new_key(&self) -> Self {
        Self::new(&self.name, self.id, &self.client_id)
    }

    /// A token with exactly these claims, as the app would sign it.
    ///
    /// # Panics
    /// When the claims are no JSON.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_rsa_pem(self.private_pem.expose().as_bytes()).expect("it is an RSA key");
        encode(&Header::new(Algorithm::RS256), claims, &key).expect("claims are JSON")
    }

    /// A token as GitHub wants it at this second: begun a minute ago, good for nine minutes.
    #[must_use]
    pub fn token(&self, now: u64) -> String {
        self.sign(&json!({ "iss": self.id.to_string(), "iat": now - 60, "exp": now + 540 }))
    }

    /// The claims, when the signature is this app's; nothing else is judged.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        let key = DecodingKey::from_rsa_pem(self.public_pem.as_bytes()).ok()?;
        let mut signature_only = Validation::new(Algorithm::RS256);
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        decode::<Value>(token, &key, &signature_only).ok().map(|token| token.claims)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("name", &self.name).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Installation {
    /// In every repository of an account.
    #[must_use]
    pub fn new(id: u64, app: u64, account: &str, permissions: BTreeMap<String, String>) -> Self {
        let account = account.into();
        Self { id, app, account, permissions, repositories: None, is_suspended: false }
    }

    /// In these repositories only.
    #[must_use]
    pub fn selected(mut self, repositories: &[&str]) -> Self {
        self.repositories = Some(repositories.iter().map(ToString::to_string).collect());
        self
    }
}

/// Names and levels.
#[must_use]
pub fn permissions(granted: &[(&str, &str)]) -> BTreeMap<String, String> {
    granted.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect()
}

/// The RSA key inside a PKCS#8 document, whose head is as long for every key of 2048 bits.
fn pkcs1(pkcs8: &[u8]) -> String {
    let encoded = BASE64_STANDARD.encode(&pkcs8[PKCS8_HEAD..]);
    let lines: Vec<&str> =
        (0..encoded.len()).step_by(64).map(|start| &encoded[start..encoded.len().min(start + 64)]).collect();
    format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", lines.join("\n"))
}

const PKCS8_HEAD: usize = 26;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_signature_counts() {
        let app = App::new("a", 1, "Iv1.a");

        assert!(app.verified(&app.token(1_000)).is_some());
        assert!(app.with_new_key().verified(&app.token(1_000)).is_none());
        assert!(app.private_key().expose().starts_with("-----BEGIN RSA PRIVATE KEY-----\nMII"));
    }
}

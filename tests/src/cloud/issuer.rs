//! An OIDC issuer as CI systems run one: it signs identity tokens, and the cloud checks them with its
//! public keys.
//!
//! What the cloud "retrieves" is the current key of an issuer that lives here; that of one that runs somewhere
//! else it really fetches.

mod claims;
mod own_key;
mod published_keys;

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Value, json};
use shorepass_secret::Secret;

use self::{own_key::OwnKey, published_keys::PublishedKeys};
use super::clock::{ServerClock, whole_seconds};

pub use claims::Claims;
pub(crate) use claims::claims_unverified;

/// An issuer with its one current key, or one that publishes its keys.
#[derive(Debug, Clone)]
pub struct Issuer {
    url: String,
    keys: Keys,
}

#[derive(Debug, Clone)]
enum Keys {
    Own(OwnKey),
    Published(Arc<PublishedKeys>),
}

impl Issuer {
    /// An issuer that signs with ES256.
    #[must_use]
    pub fn es256(url: &str) -> Self {
        Self { url: url.into(), keys: Keys::Own(OwnKey::generate(Algorithm::ES256)) }
    }

    /// An issuer that signs with RS256, as most do; making the key takes a while.
    #[must_use]
    pub fn rs256(url: &str) -> Self {
        Self { url: url.into(), keys: Keys::Own(OwnKey::generate(Algorithm::RS256)) }
    }

    /// An issuer somewhere else, whose keys are fetched from where its discovery document says. It signs
    /// nothing here.
    #[must_use]
    pub fn discovered(url: &str) -> Self {
        Self { url: url.into(), keys: Keys::Published(Arc::default()) }
    }

    /// The value of `iss`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The id of its current key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.own_key().id()
    }

    /// Its current private key as PKCS#8 PEM, for a client that signs by itself.
    #[must_use]
    pub fn private_key(&self) -> &Secret {
        self.own_key().private_pem()
    }

    /// The same issuer after it has changed its key.
    #[must_use]
    pub fn rotated(&self) -> Self {
        Self { url: self.url.clone(), keys: Keys::Own(self.own_key().successor()) }
    }

    /// A token for a subject and an audience that lasts so long on the machine's clock.
    #[must_use]
    pub fn token(&self, subject: &str, audience: &str, life: Duration) -> String {
        let now = whole_seconds(ServerClock::default().now());
        self.sign(&json!({
            "iss": self.url, "sub": subject, "aud": audience,
            "iat": now, "nbf": now, "exp": now + life.as_secs(),
        }))
    }

    /// A token with exactly these claims.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        self.own_key().sign(claims)
    }

    /// Checks form and signature; dates, audience and subject are the caller's to judge.
    ///
    /// # Errors
    /// STS's sentence about what is wrong.
    pub fn verify(&self, token: &str) -> Result<Claims, &'static str> {
        Claims::of(&self.verified(token)?).ok_or("Missing a required claim")
    }

    /// Whether a token names a current key, rightly or not.
    #[must_use]
    pub fn has_key_for(&self, token: &str) -> bool {
        decode_header(token).is_ok_and(|header| self.key(&header).is_some())
    }

    /// Checks form and signature; which claims there must be is the caller's to judge.
    ///
    /// # Errors
    /// STS's sentence about what is wrong.
    pub fn verified(&self, token: &str) -> Result<Value, &'static str> {
        let header = decode_header(token).map_err(|_| NO_JWT)?;
        let key = self.key(&header).ok_or(NO_KEY)?;
        let mut signature_only = Validation::new(header.alg);
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        let verified = decode::<Value>(token, &key, &signature_only);
        verified.map(|verified| verified.claims).map_err(|_| "Token signature is invalid")
    }

    fn key(&self, header: &Header) -> Option<DecodingKey> {
        match &self.keys {
            Keys::Own(key) => key.public_for(header),
            Keys::Published(keys) => keys.find(&self.url, header),
        }
    }

    fn own_key(&self) -> &OwnKey {
        match &self.keys {
            Keys::Own(key) => key,
            Keys::Published(_) => panic!("the keys of {} are its own", self.url),
        }
    }
}

/// An issuer that an account has registered.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The account.
    pub account: String,
    /// The issuer, with its keys.
    pub issuer: Issuer,
    /// The audiences that are let in.
    pub client_ids: Vec<String>,
}

impl Provider {
    /// An issuer registered in an account for some audiences.
    #[must_use]
    pub fn new(account: &str, issuer: Issuer, client_ids: &[&str]) -> Self {
        let client_ids = client_ids.iter().map(ToString::to_string).collect();
        Self { account: account.into(), issuer, client_ids }
    }
}

const NO_JWT: &str =
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn own_tokens_verify_with_either_algorithm() {
        for issuer in [Issuer::es256("https://ci.example"), Issuer::rs256("https://ci.example")] {
            let claims = issuer.verify(&issuer.token("s", "a", Duration::from_secs(60))).unwrap();

            assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), ("https://ci.example", "s"));
        }
    }

    #[test]
    fn other_keys_and_no_signature_are_refused() {
        let issuer = Issuer::es256("https://ci.example");
        let token = issuer.token("s", "a", Duration::from_secs(60));
        let (body, _) = token.rsplit_once('.').unwrap();
        let (_, payload) = body.split_once('.').unwrap();
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let forger = Issuer { url: issuer.url.clone(), keys: Keys::Own(issuer.own_key().forged()) };

        for bad in [
            format!("{none}.{payload}."),
            format!("{body}."),
            format!("{body}.AAAA"),
            issuer.rotated().token("s", "a", Duration::from_secs(60)),
            forger.token("s", "a", Duration::from_secs(60)),
            "no-jwt".to_owned(),
        ] {
            assert!(issuer.verify(&bad).is_err(), "{bad}");
        }
    }
}

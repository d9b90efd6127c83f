//! An OIDC issuer as CI systems run one: it signs identity tokens, and the cloud checks them with its
//! public keys.
//!
//! The cloud never fetches a key set over the network; what it "retrieves" is the issuer's current keys.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use shorepass_secret::Secret;

use super::{
    clock::{ServerClock, whole_seconds},
    random,
};

/// An issuer and its one current key.
#[derive(Debug, Clone)]
pub struct Issuer {
    url: String,
    algorithm: Algorithm,
    kid: String,
    private_pem: Secret,
    public_pem: String,
}

impl Issuer {
    /// An issuer that signs with ES256.
    #[must_use]
    pub fn es256(url: &str) -> Self {
        Self::with(url, Algorithm::ES256)
    }

    /// An issuer that signs with RS256, as most do; making the key takes a while.
    #[must_use]
    pub fn rs256(url: &str) -> Self {
        Self::with(url, Algorithm::RS256)
    }

    fn with(url: &str, algorithm: Algorithm) -> Self {
        let key = match algorithm {
            Algorithm::RS256 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
            _ => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        }
        .expect("the TLS library makes keys");
        Self {
            url: url.into(),
            algorithm,
            kid: random::request_id(),
            private_pem: Secret::new(key.serialize_pem()),
            public_pem: key.public_key_pem(),
        }
    }

    /// The value of `iss`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The id of its current key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.kid
    }

    /// Its current private key as PKCS#8 PEM, for a client that signs by itself.
    #[must_use]
    pub fn private_key(&self) -> &Secret {
        &self.private_pem
    }

    /// The same issuer after it has changed its key.
    #[must_use]
    pub fn rotated(&self) -> Self {
        Self::with(&self.url, self.algorithm)
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
        let pem = self.private_pem.expose().as_bytes();
        let key = match self.algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem),
            _ => EncodingKey::from_ec_pem(pem),
        }
        .expect("the key was made for this algorithm");
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(self.algorithm) };
        encode(&header, claims, &key).expect("claims are JSON")
    }

    /// Checks form and signature; dates, audience and subject are the caller's to judge.
    ///
    /// # Errors
    /// STS's sentence about what is wrong.
    pub fn verify(&self, token: &str) -> Result<Claims, &'static str> {
        Claims::of(&self.verified(token)?).ok_or("Missing a required claim")
    }

    /// Whether a token names the current key, rightly or not.
    #[must_use]
    pub fn has_key_for(&self, token: &str) -> bool {
        decode_header(token)
            .is_ok_and(|header| header.alg == self.algorithm && header.kid.as_ref() == Some(&self.kid))
    }

    /// Checks form and signature; which claims there must be is the caller's to judge.
    ///
    /// # Errors
    /// STS's sentence about what is wrong.
    pub fn verified(&self, token: &str) -> Result<Value, &'static str> {
        decode_header(token).map_err(|_| NO_JWT)?;
        if !self.has_key_for(token) {
            return Err(NO_KEY);
        }
        let key = match self.algorithm {
            Algorithm::RS256 => DecodingKey::from_rsa_pem(self.public_pem.as_bytes()),
            _ => DecodingKey::from_ec_pem(self.public_pem.as_bytes()),
        }
        .map_err(|_| NO_KEY)?;
        let mut signature_only = Validation::new(self.algorithm);
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        let verified = decode::<Value>(token, &key, &signature_only);
        verified.map(|verified| verified.claims).map_err(|_| "Token signature is invalid")
    }
}

/// The claims that STS looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `aud`, one or several.
    pub audiences: Vec<String>,
    /// `exp`, seconds since 1970.
    pub expires_at: u64,
}

impl Claims {
    /// Reads a token without believing it; `None` when it is no JWT.
    #[must_use]
    pub fn unverified(token: &str) -> Option<Self> {
        Self::of(&claims_unverified(token)?)
    }

    fn of(claims: &Value) -> Option<Self> {
        let text = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
        let audiences = match claims.get("aud")? {
            Value::String(one) => vec![one.clone()],
            Value::Array(many) => {
                many.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>()?
            }
            _ => return None,
        };
        Some(Self {
            issuer: text("iss")?,
            subject: text("sub")?,
            audiences,
            expires_at: claims.get("exp")?.as_u64()?,
        })
    }
}

/// Every claim of a token, without believing it; `None` when it is no JWT.
#[must_use]
pub(crate) fn claims_unverified(token: &str) -> Option<Value> {
    let [header, payload, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let object = |part: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
    };
    object(header)?;
    object(payload)
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
        let forger = Issuer { kid: issuer.kid.clone(), ..issuer.rotated() };

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

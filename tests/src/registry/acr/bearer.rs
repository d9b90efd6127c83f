//! Which bearer tokens of a fake Azure a registry believes, and what they allow.
//!
//! Judged as a registry must that has nothing but the published keys: signature, issuer, audience, dates
//! and the `access` claim.

use std::io;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::Deserialize;

use super::cloud::Cloud;
use crate::cloud::http::Request;

/// The keys that the cloud publishes.
pub(super) struct Keys(JwkSet);

/// What a token allows.
#[derive(Debug)]
pub(super) struct Rights(Vec<Right>);

#[derive(Debug, Deserialize)]
struct Right {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    actions: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    grant_type: String,
    #[serde(default)]
    access: Vec<Right>,
}

impl Keys {
    /// Asks the cloud for them.
    ///
    /// # Errors
    /// When it does not answer with a key set.
    pub(super) fn published(cloud: &Cloud, tenant: &str) -> io::Result<Self> {
        let request = Request {
            method: "GET".into(),
            path: format!("/{tenant}/discovery/v2.0/keys"),
            query: String::new(),
            headers: vec![("host".into(), ENTRA.into())],
            body: Vec::new(),
            peer: cloud.address(),
        };
        serde_json::from_slice(&cloud.ask(&request).body).map(Self).map_err(io::Error::other)
    }

    /// What an access token of this registry allows at this moment; `None` for any other token.
    pub(super) fn rights(&self, token: &str, host: &str) -> Option<Rights> {
        let key = self.0.find(&decode_header(token).ok()?.kid?)?;
        let mut wanted = Validation::new(Algorithm::RS256);
        wanted.set_issuer(&[ISSUER]);
        wanted.set_audience(&[host]);
        wanted.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        wanted.validate_nbf = true;
        wanted.leeway = 0;
        let claims = decode::<Claims>(token, &DecodingKey::from_jwk(key).ok()?, &wanted).ok()?.claims;
        (claims.grant_type == "access_token").then_some(Rights(claims.access))
    }
}

impl Rights {
    pub(super) fn allow(&self, repository: &str, action: &str) -> bool {
        self.0.iter().any(|right| {
            right.kind == "repository"
                && right.name == repository
                && right.actions.iter().any(|allowed| allowed == action)
        })
    }
}

const ENTRA: &str = "login.microsoftonline.com";
const ISSUER: &str = "Azure Container Registry";

//! The keys of an issuer that runs somewhere else, fetched as whoever relies on it fetches them: the discovery
//! document, which must be the issuer's own, then the key set, and both anew for a key that is not in it.
//!
//! Nothing that is signed with a shared secret, or not at all, has a key here.

use std::sync::{Mutex, PoisonError};

use jsonwebtoken::{
    Algorithm, DecodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};

use crate::cloud::http::ask;

/// The key set as it was fetched last.
#[derive(Debug, Default)]
pub(super) struct PublishedKeys {
    known: Mutex<Option<JwkSet>>,
}

impl PublishedKeys {
    /// The key that a token names.
    pub(super) fn find(&self, issuer: &str, header: &Header) -> Option<DecodingKey> {
        if !ALGORITHMS.contains(&header.alg) {
            return None;
        }
        let id = header.kid.as_deref()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|keys| keys.find(id).is_none()) {
            *known = fetch(issuer).or(known.take());
        }
        let key = known.as_ref()?.find(id)?;
        signs(key, header.alg).then(|| DecodingKey::from_jwk(key).ok()).flatten()
    }
}

fn fetch(issuer: &str) -> Option<JwkSet> {
    let document = ask::get(&format!("{issuer}/.well-known/openid-configuration")).ok()?;
    if document["issuer"] != issuer {
        return None;
    }
    let keys = ask::get(document["jwks_uri"].as_str()?).ok()?;
    serde_json::from_value(keys).ok()
}

/// Whether the key is for signatures with this algorithm, as far as it says.
fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    let is_for_signatures =
        key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let named = key.common.key_algorithm.map(|named| named.to_string());
    is_for_signatures && named.is_none_or(|named| named == format!("{algorithm:?}"))
}

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::ES256, Algorithm::ES384];

#[cfg(test)]
mod tests;

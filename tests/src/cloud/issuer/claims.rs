//! What a token says of itself.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

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

    pub(super) fn of(claims: &Value) -> Option<Self> {
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

//! A look at what a token claims, for the words of an error. Nothing is verified and nothing relied on.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;

use crate::clock;

/// What the token says of itself, fit to be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) expires: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires_at: Option<u64>,
    /// The Entra tenant.
    pub(crate) tenant: Option<String>,
}

impl Claims {
    /// Reads the payload; what cannot be read is not there.
    pub(crate) fn peek(token: &str) -> Self {
        let raw: Raw = jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap_or_default();
        let audience = match raw.aud {
            Some(Audience::One(one)) => Some(one),
            Some(Audience::Many(many)) => Some(many.join(", ")),
            None => None,
        };
        let expires = raw.exp.and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at))).map(clock::show);
        Self {
            issuer: raw.iss.as_deref().map(showable),
            audience: audience.as_deref().map(showable),
            subject: raw.sub.as_deref().map(showable),
            expires,
            expires_at: raw.exp,
            tenant: raw.tid.as_deref().map(showable),
        }
    }

    /// `its issuer is …, its audience … and its subject …`
    pub(crate) fn words(&self) -> String {
        let show = |claim: &Option<String>| match claim {
            Some(claim) => format!("`{claim}`"),
            None => "missing".into(),
        };
        format!(
            "its issuer is {}, its audience {} and its subject {}",
            show(&self.issuer),
            show(&self.audience),
            show(&self.subject)
        )
    }
}

#[derive(Debug, Default, Deserialize)]
struct Raw {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<u64>,
    tid: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

fn showable(claim: &str) -> String {
    claim.chars().filter(|c| !c.is_control() && *c != '`').take(LONGEST_CLAIM).collect()
}

const LONGEST_CLAIM: usize = 250;

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_claims_are_shown_but_never_the_token() {
        let token = token(
            r#"{"iss":"https://idp","aud":["a","b"],"sub":"repo:x`\n","exp":1767225600,"jti":"canary"}"#,
        );

        let claims = Claims::peek(&token);

        assert_eq!(
            claims.words(),
            "its issuer is `https://idp`, its audience `a, b` and its subject `repo:x`"
        );
        assert_eq!(claims.expires.as_deref(), Some("2026-01-01T00:00:00Z"));
        assert!(!format!("{claims:?}").contains("canary"));
    }

    #[test]
    fn what_is_no_token_claims_nothing() {
        assert_eq!(Claims::peek(&token(r#"{"exp":18446744073709551615}"#)).expires, None);
        for text in ["", "canary", "a.b.c", "a.e30.c", "...."] {
            assert_eq!(Claims::peek(text), Claims::default(), "{text}");
        }
    }

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }
}

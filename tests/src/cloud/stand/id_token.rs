//! An identity token that somebody shows to get something else, checked against the keys of known issuers.
//!
//! Whom it must be for and about is the fake's to judge.

use std::{fmt, time::SystemTime};

use serde_json::Value;

use crate::cloud::{Issuer, clock::whole_seconds, issuer::claims_unverified};

/// The claims of a token whose signature and end have been checked.
#[derive(Debug)]
pub(crate) struct IdToken(Value);

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Malformed,
    UnknownIssuer,
    Signature,
    Expired,
}

impl IdToken {
    /// Form, issuer, algorithm, key, signature, `exp` and `sub`.
    ///
    /// # Errors
    /// The first flaw in that order.
    pub(crate) fn verified<'a>(
        issuers: impl IntoIterator<Item = &'a Issuer>,
        token: &str,
        now: SystemTime,
    ) -> Result<Self, Flaw> {
        let unverified =
            claims_unverified(token).filter(|_| token.len() <= LONGEST).ok_or(Flaw::Malformed)?;
        let url = unverified["iss"].as_str().ok_or(Flaw::Malformed)?;
        let issuer = issuers.into_iter().find(|issuer| issuer.url() == url).ok_or(Flaw::UnknownIssuer)?;
        let claims = issuer.verified(token).map_err(|_| Flaw::Signature)?;
        let end = claims["exp"].as_u64().ok_or(Flaw::Malformed)?;
        if claims["sub"].as_str().is_none_or(str::is_empty) {
            return Err(Flaw::Malformed);
        }
        if end <= whole_seconds(now) { Err(Flaw::Expired) } else { Ok(Self(claims)) }
    }

    pub(crate) fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// A claim that is text.
    pub(crate) fn text(&self, claim: &str) -> Option<&str> {
        self.0[claim].as_str()
    }

    /// Whether `aud` is or holds this audience.
    pub(crate) fn is_for(&self, audience: &str) -> bool {
        match &self.0["aud"] {
            Value::String(one) => one == audience,
            Value::Array(many) => many.iter().any(|one| one == audience),
            _ => false,
        }
    }

    /// Whether `nbf` is still to come.
    pub(crate) fn is_early(&self, now: SystemTime) -> bool {
        self.0["nbf"].as_u64().is_some_and(|start| start > whole_seconds(now) + LEEWAY_SECONDS)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the token is malformed",
            Self::UnknownIssuer => "the token's issuer is not known",
            Self::Signature => "the token's signature is invalid",
            Self::Expired => "the token is expired",
        })
    }
}

const LONGEST: usize = 16 * 1024;
const LEEWAY_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::cloud::clock::ServerClock;

    #[test]
    fn a_token_is_judged_by_issuer_key_and_end() {
        let issuer = Issuer::es256("https://ci.example");
        let now = ServerClock::default().now();
        let hour = Duration::from_secs(3600);
        let flaw = |token: &str, at| IdToken::verified([&issuer], token, at).unwrap_err();
        let good = issuer.token("s", "a", hour);

        let read = IdToken::verified([&issuer], &good, now).unwrap();

        assert_eq!((read.text("iss"), read.subject()), (Some("https://ci.example"), "s"));
        assert!(read.is_for("a") && !read.is_for("b"));
        assert_eq!(flaw(&good, now + hour * 2), Flaw::Expired);
        assert_eq!(flaw(&issuer.rotated().token("s", "a", hour), now), Flaw::Signature);
        assert_eq!(flaw(&Issuer::es256("https://evil").token("s", "a", hour), now), Flaw::UnknownIssuer);
        assert_eq!(flaw("no-jwt", now), Flaw::Malformed);
    }

    #[test]
    fn a_token_needs_an_end_and_a_subject() {
        let issuer = Issuer::es256("https://ci.example");
        let now = ServerClock::default().now();
        let end = whole_seconds(now) + 60;

        for claims in [json!({ "iss": issuer.url(), "sub": "s" }), json!({ "iss": issuer.url(), "exp": end })]
        {
            let read = IdToken::verified([&issuer], &issuer.sign(&claims), now);
            assert_eq!(read.unwrap_err(), Flaw::Malformed, "{claims}");
        }
    }

    #[test]
    fn audiences_may_be_a_list_and_a_start_may_lie_ahead() {
        let issuer = Issuer::es256("https://ci.example");
        let now = ServerClock::default().now();
        let later = whole_seconds(now) + 3600;
        let claims =
            json!({ "iss": issuer.url(), "sub": "s", "aud": ["a", "b"], "nbf": later, "exp": later + 60 });

        let read = IdToken::verified([&issuer], &issuer.sign(&claims), now).unwrap();

        assert!(read.is_for("b") && !read.is_for("c"));
        assert!(read.is_early(now) && !read.is_early(now + Duration::from_secs(3600)));
    }
}

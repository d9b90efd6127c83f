//! A look at what a token claims, for the words of an error. Nothing is verified and nothing relied on.

mod claim;
mod rights;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::clock;

pub(crate) use claim::Claim;
pub(crate) use rights::Rights;

/// What the token says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) issuer: Option<Claim>,
    pub(crate) audiences: Vec<Claim>,
    pub(crate) subject: Option<Claim>,
    pub(crate) expires: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires_at: Option<u64>,
    /// Of those that conditions are made of, the ones it has.
    pub(crate) conditional: Vec<(&'static str, Claim)>,
}

impl Claims {
    /// Reads the payload; what cannot be read is not there.
    pub(crate) fn peek(token: &str) -> Self {
        let payload: Map<String, Value> =
            jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap_or_default();
        let claim = |name: &str| payload.get(name)?.as_str().map(Claim::new);
        let expires_at = payload.get("exp").and_then(seconds);
        Self {
            issuer: claim("iss"),
            audiences: payload.get("aud").map(audiences).unwrap_or_default(),
            subject: claim("sub"),
            expires: expires_at
                .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)))
                .map(clock::show),
            expires_at,
            conditional: CONDITIONAL.iter().filter_map(|name| Some((*name, claim(name)?))).collect(),
        }
    }

    /// `its issuer is …, its audience … and its subject …`
    pub(crate) fn words(&self) -> String {
        let show = |claim: &Option<Claim>| match claim {
            Some(claim) => format!("`{claim}`"),
            None => "missing".into(),
        };
        let audiences: Vec<String> = self.audiences.iter().map(Claim::to_string).collect();
        let audience =
            if audiences.is_empty() { "missing".into() } else { format!("`{}`", audiences.join(", ")) };
        format!(
            "its issuer is {}, its audience {audience} and its subject {}",
            show(&self.issuer),
            show(&self.subject)
        )
    }

    /// Whether it says nothing of itself, as what is no JWT.
    pub(crate) fn are_none(&self) -> bool {
        self.issuer.is_none() && self.subject.is_none() && self.audiences.is_empty()
    }

    /// How long it still counts, by the clock of whoever gave it; `None` where it does not say when it ends.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let end = UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at?))?;
        Some(end.duration_since(now).unwrap_or_default())
    }

    /// Whether it is meant for somebody of this name.
    pub(crate) fn is_for(&self, audience: &str) -> bool {
        self.audiences.iter().any(|one| one.as_str() == audience)
    }

    /// The audience to be agreed on: the usual one if the token has it, else the only one.
    pub(crate) fn audience(&self, usual: &str) -> Option<&Claim> {
        let only = || match self.audiences.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        self.audiences.iter().find(|one| one.as_str() == usual).or_else(only)
    }
}

fn audiences(value: &Value) -> Vec<Claim> {
    match value {
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(Claim::new).collect(),
        one => one.as_str().map(Claim::new).into_iter().collect(),
    }
}

/// Some issuers write a point into their seconds.
fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| Some(Duration::try_from_secs_f64(value.as_f64()?).ok()?.as_secs()))
}

/// In the order in which they help.
const CONDITIONAL: [&str; 10] = [
    "repository",
    "repository_owner",
    "repository_owner_id",
    "ref",
    "environment",
    "project_path",
    "namespace_path",
    "organization_slug",
    "pipeline_slug",
    "email",
];

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
        assert_eq!(Claims::peek(&token(r#"{"iss":1,"aud":2,"sub":[],"exp":"x"}"#)), Claims::default());
        for text in ["", "canary", "a.b.c", "a.e30.c", "...."] {
            assert_eq!(Claims::peek(text), Claims::default(), "{text}");
        }
    }

    #[test]
    fn one_odd_claim_does_not_hide_the_others() {
        let claims = Claims::peek(&token(r#"{"iss":1,"sub":"s","aud":["a",2],"exp":1767225600.9}"#));

        assert_eq!(claims.words(), "its issuer is missing, its audience `a` and its subject `s`");
        assert_eq!(claims.expires_at, Some(1_767_225_600));
    }

    #[test]
    fn the_audience_to_agree_on_is_the_usual_or_the_only_one() {
        let of = |aud: &str| {
            let claims = Claims::peek(&token(&format!(r#"{{"aud":{aud}}}"#)));
            claims.audience("usual").map(|claim| claim.as_str().to_owned())
        };

        assert_eq!(of(r#"["a","usual"]"#).as_deref(), Some("usual"));
        assert_eq!(of(r#""a""#).as_deref(), Some("a"));
        assert_eq!((of(r#"["a","b"]"#), of("[]")), (None, None));
    }

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }
}

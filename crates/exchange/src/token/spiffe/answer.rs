//! Which of the workload's documents is taken, and whether it is what was asked for.
//!
//! Nothing is verified that its receiver verifies; but a document about somebody else goes no further.

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::SpiffeSource,
};

use super::{
    UPSTREAM, message,
    refusal::{self, garbled},
};

/// The one of the asked id, or else the first, which the specification makes the default.
pub(super) fn token(reply: &[u8], source: &SpiffeSource) -> Result<String, ExchangeError> {
    let svids = message::svids(reply).ok_or_else(garbled)?;
    if svids.is_empty() {
        return Err(refusal::nobody());
    }
    let wanted = source.spiffe_id.as_deref();
    let svid = svids
        .into_iter()
        .find(|svid| wanted.is_none_or(|id| svid.spiffe_id == id))
        .ok_or_else(|| other(wanted.unwrap_or_default()))?;
    let claims: Claims =
        jsonwebtoken::dangerous::insecure_decode_claims(&svid.token).map_err(|_| garbled())?;
    if claims.sub != svid.spiffe_id {
        return Err(other(&svid.spiffe_id));
    }
    if claims.aud.has(&source.audience) { Ok(svid.token) } else { Err(garbled()) }
}

fn other(id: &str) -> ExchangeError {
    let id: String = id.chars().filter(|c| c.is_ascii_graphic() && *c != '`').take(250).collect();
    ExchangeError::new(
        ErrorKind::Unexpected,
        "spiffe_id_mismatch",
        format!("{UPSTREAM} answered with somebody else's document than that of `{id}`"),
    )
    .with_hint("compare the entries with `spiffe_id` of the token: `spire-server entry show`")
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_asked_document_is_taken_or_the_first() {
        let reply = [
            svid("spiffe://x/a", &jwt("spiffe://x/a", r#""aud""#)),
            svid("spiffe://x/b", &jwt("spiffe://x/b", r#"["aud"]"#)),
        ]
        .concat();

        assert_eq!(token(&reply, &source(None)).unwrap(), jwt("spiffe://x/a", r#""aud""#));
        assert_eq!(token(&reply, &source(Some("spiffe://x/b"))).unwrap(), jwt("spiffe://x/b", r#"["aud"]"#));
    }

    #[test]
    fn what_was_not_asked_for_goes_no_further() {
        let code = |reply: &[u8], id| token(reply, &source(id)).unwrap_err().code;
        let a = svid("spiffe://x/a", &jwt("spiffe://x/a", r#""aud""#));

        assert_eq!(code(&a, Some("spiffe://x/b")), "spiffe_id_mismatch");
        assert_eq!(
            code(&svid("spiffe://x/a", &jwt("spiffe://x/evil", r#""aud""#)), None),
            "spiffe_id_mismatch"
        );
        assert_eq!(code(&svid("spiffe://x/a", &jwt("spiffe://x/a", r#""else""#)), None), "garbled");
        assert_eq!(code(&svid("spiffe://x/a", "opaque"), None), "garbled");
        assert_eq!(code(b"\x0a", None), "garbled");
        assert_eq!(code(b"", None), "spiffe_no_identity");
    }

    fn source(spiffe_id: Option<&str>) -> SpiffeSource {
        SpiffeSource { audience: "aud".into(), spiffe_id: spiffe_id.map(str::to_owned), endpoint: None }
    }

    /// The document has the form of a request: an id and a text.
    fn svid(id: &str, token: &str) -> Vec<u8> {
        let inner = message::request(id, Some(token));
        let mut bytes = message::request(&String::from_utf8(inner).unwrap(), None);
        bytes.shrink_to_fit();
        bytes
    }

    fn jwt(subject: &str, audience: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"{subject}","aud":{audience}}}"#)))
    }
}

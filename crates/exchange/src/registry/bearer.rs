//! What a registry's token service answers: a token to ask the registry with.
//!
//! It may come under either of two names; the one that is empty counts as absent.

use serde::Deserialize;
use shorepass_secret::Secret;

#[derive(Deserialize)]
pub(super) struct Bearer {
    access_token: Option<String>,
    token: Option<String>,
}

impl Bearer {
    /// The token, if there is one.
    pub(super) fn token(self) -> Option<Secret> {
        [self.access_token, self.token]
            .into_iter()
            .flatten()
            .map(Secret::new)
            .find(|token| !token.expose().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_have_either_name() {
        for (answer, wanted) in [
            (r#"{"access_token":"a"}"#, Some("a")),
            (r#"{"token":"a"}"#, Some("a")),
            (r#"{"access_token":"a","token":"b"}"#, Some("a")),
            (r#"{"access_token":"","token":"b"}"#, Some("b")),
            (r#"{"access_token":"a","token":""}"#, Some("a")),
            (r#"{"access_token":null,"token":"b"}"#, Some("b")),
            (r#"{"access_token":"","token":""}"#, None),
            ("{}", None),
        ] {
            let token = serde_json::from_str::<Bearer>(answer).unwrap().token();

            assert_eq!(token.as_ref().map(Secret::expose), wanted, "{answer}");
        }
    }
}

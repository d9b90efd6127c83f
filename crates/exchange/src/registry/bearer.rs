//! What a registry's token service answers: a token to ask the registry with.
//!
//! It may come under either of two names; the one that is empty counts as absent.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use shorepass_secret::Secret;

#[derive(Deserialize)]
pub(crate) struct Bearer {
    access_token: Option<String>,
    token: Option<String>,
    expires_in: Option<Value>,
}

impl Bearer {
    /// How long it lives, where the service says so.
    pub(crate) fn life(&self) -> Option<Duration> {
        self.expires_in.as_ref()?.as_u64().map(Duration::from_secs)
    }

    /// The token, if there is one.
    pub(crate) fn token(self) -> Option<Secret> {
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

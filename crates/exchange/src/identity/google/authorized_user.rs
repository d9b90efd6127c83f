//! A person's sign-in, as `gcloud auth application-default login` keeps it: a refresh token.

use serde::Deserialize;
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind::Denied, ExchangeError},
};
use shorepass_secret::Secret;

use super::{
    Google,
    file::Context,
    granted::{AccessToken, Granted, secret},
    hosts::Purpose,
    refusal::{Refusal, scope_refused},
    scope,
    service_account::UPSTREAM,
};
use crate::http::call::Call;

/// A sign-in's file.
#[derive(Debug, Deserialize)]
pub(super) struct AuthorizedUser {
    client_id: String,
    #[serde(deserialize_with = "secret")]
    client_secret: Secret,
    #[serde(deserialize_with = "secret")]
    refresh_token: Secret,
    #[serde(default)]
    token_uri: String,
    universe_domain: Option<String>,
}

impl AuthorizedUser {
    /// With a token endpoint that may be asked.
    pub(super) fn checked(mut self, context: Context<'_>) -> Result<Self, ExchangeError> {
        if self.token_uri.is_empty() {
            self.token_uri = context.default_url("oauth2", "/token", self.universe_domain.as_deref());
        }
        context.check(&self.token_uri, Purpose::Token, "token_uri")?;
        Ok(self)
    }

    /// All that the sign-in allows, unless less is asked for.
    pub(super) async fn token(&self, google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
        google.progress.waits_for(UPSTREAM);
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("refresh_token", self.refresh_token.expose()),
        ];
        if access != Access::Full {
            fields.push(("scope", scope(access)));
        }
        let answer =
            Call::post(UPSTREAM, &self.token_uri).form(&fields).send(&google.settings.outward).await?;
        if !answer.is_success() {
            return Err(explain(&Refusal::of(UPSTREAM, &answer)?));
        }
        AccessToken::read(UPSTREAM, &answer, None).map(|token| Granted::to(None, token))
    }
}

fn explain(refusal: &Refusal) -> ExchangeError {
    match (refusal.code.as_str(), refusal.reason.as_str()) {
        ("invalid_grant", "invalid_rapt" | "rapt_required") => ExchangeError::new(
            Denied,
            "google_sign_in_again",
            "the organization wants the person behind the Google sign-in to sign in again",
        )
        .with_hint(SIGN_IN),
        ("invalid_grant", _) => ExchangeError::new(
            Denied,
            "google_sign_in_ended",
            "the Google sign-in has expired or was revoked",
        )
        .with_hint(SIGN_IN),
        ("invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client", _) => {
            ExchangeError::new(
                Denied,
                "oauth_client_refused",
                "Google does not accept the OAuth client that the sign-in was made with",
            )
            .with_hint(SIGN_IN)
        }
        ("invalid_scope", _) => scope_refused(),
        _ => refusal.explain(UPSTREAM),
    }
}

const SIGN_IN: &str = "to sign in, run `gcloud auth application-default login`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_sign_in_says_how_to_sign_in() {
        for (body, code) in [
            (r#"{"error":"invalid_grant","error_subtype":"invalid_rapt"}"#, "google_sign_in_again"),
            (
                r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
                "google_sign_in_ended",
            ),
            (r#"{"error":"invalid_client"}"#, "oauth_client_refused"),
        ] {
            let error = explain(&Refusal::read(body.as_bytes(), 400));

            assert_eq!(error.code, code);
            assert!(error.hint.unwrap().ends_with("`gcloud auth application-default login`"));
        }
    }
}

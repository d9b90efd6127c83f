//! A service account's key: it signs what it asks for, and Google's token endpoint answers with a token.

use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
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
    misconfigured,
    refusal::{Refusal, scope_refused},
    scope,
};
use crate::{
    clock,
    http::{
        call::{Answer, Call},
        date::Reading,
    },
};

/// A key file.
#[derive(Debug, Deserialize)]
pub(super) struct ServiceAccount {
    client_email: String,
    #[serde(deserialize_with = "secret")]
    private_key: Secret,
    private_key_id: Option<String>,
    #[serde(default)]
    token_uri: String,
    universe_domain: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
}

impl ServiceAccount {
    /// With a token endpoint that may be asked.
    pub(super) fn checked(mut self, context: Context<'_>) -> Result<Self, ExchangeError> {
        if self.token_uri.is_empty() {
            self.token_uri = context.default_url("oauth2", "/token", self.universe_domain.as_deref());
        }
        context.check(&self.token_uri, Purpose::Token, "token_uri")?;
        Ok(self)
    }

    /// Signs, and once more by Google's clock if this machine's is wrong.
    pub(super) async fn token(&self, google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
        google.progress.waits_for(UPSTREAM);
        let mut answer = self.ask(google, access, clock::now()).await?;
        if !answer.is_success() && is_about_time(&Refusal::of(UPSTREAM, &answer)?) {
            answer = self.ask(google, access, answer.clocks.there).await?;
        }
        if !answer.is_success() {
            return Err(self.explain(&Refusal::of(UPSTREAM, &answer)?, answer.clocks));
        }
        let token = AccessToken::read(UPSTREAM, &answer, None)?;
        Ok(Granted::to(Some(format!("serviceAccount:{}", self.client_email)), token))
    }

    async fn ask(
        &self,
        google: &Google<'_>,
        access: Access,
        at: SystemTime,
    ) -> Result<Answer, ExchangeError> {
        let assertion = self.assertion(access, at)?;
        let fields = [("grant_type", JWT_BEARER), ("assertion", assertion.expose())];
        Call::post(UPSTREAM, &self.token_uri).form(&fields).send(&google.settings.outward).await
    }

    fn assertion(&self, access: Access, at: SystemTime) -> Result<Secret, ExchangeError> {
        let unusable = || {
            misconfigured("credential_file_broken", "the private key of the credential file cannot be used")
                .with_hint(format!(
                    "make a new key: `gcloud iam service-accounts keys create FILE --iam-account={}`",
                    self.shown()
                ))
        };
        let pem = self.private_key.expose().as_bytes();
        let key = EncodingKey::from_rsa_pem(pem).map_err(|_| unusable())?;
        let iat = clock::since_epoch_ms(at) / 1000;
        let claims = Claims {
            iss: &self.client_email,
            scope: scope(access),
            aud: &self.token_uri,
            iat,
            exp: iat + LIFE.as_secs(),
        };
        let header = Header { kid: self.private_key_id.clone(), ..Header::new(Algorithm::RS256) };
        encode(&header, &claims, &key).map(Secret::new).map_err(|_| unusable())
    }

    fn explain(&self, refusal: &Refusal, clocks: Reading) -> ExchangeError {
        let account = self.shown();
        let keys = format!("`gcloud iam service-accounts keys list --iam-account={account}`");
        match refusal.code.as_str() {
            _ if is_about_time(refusal) => {
                let apart = Duration::from_millis(clocks.ahead_ms().unsigned_abs());
                ExchangeError::new(
                    Denied,
                    "clock_skew",
                    format!(
                        "Google finds the time wrong that this machine signs with: the clocks are {} apart",
                        clock::show_span(apart)
                    ),
                )
                .with_hint("set the clock, on most Linux systems by `timedatectl set-ntp true`")
            }
            "invalid_grant" if refusal.says("signature") => ExchangeError::new(
                Denied,
                "key_refused",
                format!(
                    "Google does not accept the key of `{account}`: it was deleted, disabled or never its own"
                ),
            )
            .with_hint(format!("compare it with the keys that count: {keys}")),
            "invalid_grant" if refusal.says("not found") || refusal.says("disabled") => ExchangeError::new(
                Denied,
                "account_not_found",
                format!("Google knows no service account `{account}`, or it is disabled"),
            )
            .with_hint(format!(
                "see what has become of it: `gcloud iam service-accounts describe {account}`"
            )),
            "invalid_scope" => scope_refused(),
            "invalid_grant" => {
                ExchangeError::new(Denied, "key_refused", format!("Google refuses the key of `{account}`"))
                    .with_hint(format!("compare it with the keys that count: {keys}"))
            }
            _ => refusal.explain(UPSTREAM),
        }
    }

    fn shown(&self) -> String {
        self.client_email.chars().filter(|c| c.is_ascii_graphic() && *c != '`').take(254).collect()
    }
}

fn is_about_time(refusal: &Refusal) -> bool {
    refusal.code == "invalid_grant" && (refusal.says("timeframe") || refusal.says("iat and exp"))
}

pub(super) const UPSTREAM: &str = "Google's token endpoint";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google takes.
const LIFE: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_key_has_its_words() {
        for (code, words, ours) in [
            ("invalid_grant", "Invalid JWT Signature.", "key_refused"),
            ("invalid_grant", "Invalid grant: account not found", "account_not_found"),
            ("invalid_grant", "Token must be … in a reasonable timeframe.", "clock_skew"),
            ("invalid_grant", "", "key_refused"),
            ("invalid_scope", "", "scope_refused"),
            ("something_new", "", "refused"),
        ] {
            let body = format!(r#"{{"error":"{code}","error_description":"{words}"}}"#);
            let clocks = Reading { here: clock::now(), there: clock::now() };

            let error = account().explain(&Refusal::read(body.as_bytes(), 400), clocks);

            assert_eq!(error.code, ours, "{words}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_not_shown() {
        let error = account().assertion(Access::Full, clock::now()).unwrap_err();

        assert_eq!(error.code, "credential_file_broken");
        assert!(!format!("{error:?} {:?}", account()).contains("canary"));
    }

    fn account() -> ServiceAccount {
        ServiceAccount {
            client_email: "a@x.iam.gserviceaccount.com".into(),
            private_key: Secret::new("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"),
            private_key_id: None,
            token_uri: "https://oauth2.googleapis.com/token".into(),
            universe_domain: None,
        }
    }
}

//! Federation: a token that somebody else has made goes to Google's Security Token Service, and one of
//! Google's comes back.
//!
//! Where the other token comes from is in `external/source.rs` and the files beside it; it is used once and
//! kept nowhere.

mod aws;
mod executable;
mod fetched;
mod source;
mod sts;

use std::time::Duration;

use serde::Deserialize;
use shorepass_core::{access::Access, exchange::ExchangeError, token::TokenSource};
use shorepass_secret::Secret;

use super::{
    Google,
    file::Context,
    granted::{Granted, optional_secret},
    hosts::Purpose,
    impersonation::Step,
};
use source::{RawSource, Source};

/// Somebody whom a pool's provider knows.
#[derive(Debug)]
pub(super) struct External {
    /// The provider's full name.
    audience: String,
    /// What kind of token the provider is shown.
    token_type: String,
    token_url: String,
    /// A workforce pool's OAuth client.
    client: Option<(String, Secret)>,
    /// The project that a workforce pool's use is charged to.
    user_project: Option<String>,
    /// The service account that will be impersonated, for executables.
    impersonated: Option<String>,
    source: Source,
}

/// `external_account`, as it stands in a file.
#[derive(Deserialize)]
pub(super) struct RawExternal {
    audience: String,
    subject_token_type: String,
    token_url: Option<String>,
    service_account_impersonation_url: Option<String>,
    #[serde(default)]
    service_account_impersonation: RawImpersonation,
    client_id: Option<String>,
    #[serde(default, deserialize_with = "optional_secret")]
    client_secret: Option<Secret>,
    workforce_pool_user_project: Option<String>,
    universe_domain: Option<String>,
    credential_source: RawSource,
}

#[derive(Deserialize, Default)]
struct RawImpersonation {
    token_lifetime_seconds: Option<u64>,
}

impl External {
    /// As a file has it, with the service account that is to be impersonated in turn.
    pub(super) fn of_file(
        raw: RawExternal,
        context: Context<'_>,
    ) -> Result<(Self, Option<Step>), ExchangeError> {
        let token_url = raw
            .token_url
            .unwrap_or_else(|| context.default_url("sts", "/v1/token", raw.universe_domain.as_deref()));
        context.check(&token_url, Purpose::Sts, "token_url")?;
        let lifetime = raw.service_account_impersonation.token_lifetime_seconds.map(Duration::from_secs);
        let step = raw
            .service_account_impersonation_url
            .map(|url| Step::of_url(url, lifetime, context))
            .transpose()?;
        let external = Self {
            source: raw.credential_source.checked(context)?,
            audience: raw.audience,
            token_type: raw.subject_token_type,
            token_url,
            client: raw.client_id.map(|id| (id, raw.client_secret.unwrap_or_default())),
            user_project: raw.workforce_pool_user_project,
            impersonated: step.as_ref().map(|step| step.account.clone()),
        };
        Ok((external, step))
    }

    /// As the identity's settings have it, without any file.
    pub(super) fn of_settings(google: &Google<'_>, provider: &str, token: &TokenSource) -> Self {
        let (identity, universe) = (google.identity, &google.settings.universe);
        let endpoint = match &identity.sts_endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => format!("https://sts.{universe}"),
        };
        Self {
            audience: format!("//iam.{universe}/{provider}"),
            token_type: JWT.into(),
            token_url: format!("{endpoint}/v1/token"),
            client: None,
            user_project: identity.user_project.clone(),
            impersonated: identity.service_account.clone(),
            source: Source::Settings(token.clone()),
        }
    }

    /// Exchanges the subject token; once more if it was replaced meanwhile.
    pub(super) async fn token(&self, google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
        let subject = self.source.subject_token(google, self).await?;
        let refused = match sts::exchange(google, self, &subject, access).await {
            Err(error) if error.code == sts::EXPIRED => error,
            other => return other,
        };
        let renewed = self.source.subject_token(google, self).await?;
        if renewed == subject { Err(refused) } else { sts::exchange(google, self, &renewed, access).await }
    }
}

/// What OIDC providers make.
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

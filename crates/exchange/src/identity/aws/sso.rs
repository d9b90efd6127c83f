//! A role by a sign-in to IAM Identity Center that the AWS CLI made (`aws sso login`).
//!
//! The SDK's provider is not used: it sends an ended token of an old-style profile, does not tell why a
//! token is not usable, and rewrites the CLI's file in place, dropping what it does not know.

mod cache;

use std::time::Duration;

use aws_config::profile::{Profile, ProfileSet};
use aws_credential_types::Credentials;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{Aws, Found, Service, Source, profile::broken};
use crate::{
    clock,
    failure::{Failure, Refusal, garbled},
};
use cache::Cache;

/// Where to sign in, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sso {
    profile: String,
    /// The `[sso-session]`, which old-style profiles do not have.
    session: Option<String>,
    start_url: String,
    region: String,
    account: String,
    role: String,
}

impl Sso {
    /// The profile's sign-in, if it is one that has a role.
    pub(super) fn of(profiles: &ProfileSet, profile: &Profile) -> Result<Option<Self>, ExchangeError> {
        let name = profile.name();
        let own = |key: &str| profile.get(key).map(str::to_owned);
        let (session, start_url) = (own("sso_session"), own("sso_start_url"));
        let (account, role) = (own("sso_account_id"), own("sso_role_name"));
        let (Some(account), Some(role)) = (account.clone(), role.clone()) else {
            return match (session.or(start_url), account.or(role)) {
                (_, Some(_)) => Err(broken(name, "has only one of `sso_account_id` and `sso_role_name`")),
                _ => Ok(None),
            };
        };
        let (start_url, region) = match &session {
            None => (start_url, own("sso_region")),
            Some(session_name) => {
                let Some(section) = profiles.sso_session(session_name) else {
                    let why = format!("names the SSO session `{session_name}`, which is not there");
                    return Err(broken(name, &why));
                };
                let shared = |key: &str| section.get(key).map(str::to_owned);
                (shared("sso_start_url"), shared("sso_region"))
            }
        };
        let (Some(start_url), Some(region)) = (start_url, region) else {
            return Err(broken(name, "lacks `sso_start_url` or `sso_region`"));
        };
        Ok(Some(Self { profile: name.to_owned(), session, start_url, region, account, role }))
    }

    fn cache_key(&self) -> &str {
        self.session.as_ref().unwrap_or(&self.start_url)
    }

    fn what(&self) -> String {
        match &self.session {
            Some(session) => format!("SSO session `{session}`"),
            None => format!("SSO sign-in of profile `{}`", self.profile),
        }
    }

    fn expired(&self, why: &str) -> ExchangeError {
        let command = match &self.session {
            Some(session) => format!("aws sso login --sso-session {session}"),
            None => format!("aws sso login --profile {}", self.profile),
        };
        ExchangeError::new(ErrorKind::Denied, "sso_expired", format!("the {} {why}", self.what()))
            .with_hint(format!("to sign in, run `{command}`"))
    }
}

/// Exchanges the sign-in for the role's credentials.
pub(super) async fn exchange(aws: &Aws<'_>, sso: &Sso) -> Result<Found, ExchangeError> {
    let token = token(aws, sso).await?;
    aws.progress.waits_for(UPSTREAM);
    let answer = aws_sdk_sso::Client::new(&aws.client(Service::Sso, &sso.region, None))
        .get_role_credentials()
        .access_token(token.access_token())
        .account_id(&sso.account)
        .role_name(&sso.role)
        .send()
        .await
        .map_err(|error| explain(sso, Failure::of(UPSTREAM, &error)))?;

    let role = answer.role_credentials.ok_or_else(|| garbled(UPSTREAM))?;
    let (Some(id), Some(secret), Some(session)) =
        (role.access_key_id, role.secret_access_key, role.session_token)
    else {
        return Err(garbled(UPSTREAM));
    };
    let expiry = u64::try_from(role.expiration).map_err(|_| garbled(UPSTREAM))?;
    let expiry = std::time::UNIX_EPOCH + Duration::from_millis(expiry);
    let credentials = Credentials::new(id, secret, Some(session), Some(expiry), "sso");
    Ok(Found { credentials, source: Source::Role { is_narrowed: false } })
}

async fn token(aws: &Aws<'_>, sso: &Sso) -> Result<Cache, ExchangeError> {
    let Some(home) = aws.settings.home() else {
        return Err(sso.expired("cannot be looked up without `HOME`"));
    };
    let path = cache::path(&home, sso.cache_key());
    let read =
        || Cache::read(&path).ok_or_else(|| sso.expired("has not been opened, or its file is damaged"));
    let now = clock::now();
    let is_ending = |cached: &Cache| cached.expires_at() <= now + REFRESHED_AHEAD;
    // A refresh token is good once: whoever has to wait finds what the other has brought.
    let _turn = if is_ending(&read()?) { cache::turn(&path).await } else { None };
    let cached = read()?;
    let is_usable = cached.expires_at() > now;
    if !is_ending(&cached) {
        return Ok(cached);
    }
    let ended = format!("ended at {}", clock::show(cached.expires_at()));
    let Some(registration) = cached.registration(now) else {
        return if is_usable { Ok(cached) } else { Err(sso.expired(&ended)) };
    };

    aws.progress.waits_for(UPSTREAM);
    let answer = aws_sdk_ssooidc::Client::new(&aws.client(Service::SsoOidc, &sso.region, None))
        .create_token()
        .grant_type("refresh_token")
        .client_id(registration.client_id)
        .client_secret(registration.client_secret)
        .refresh_token(registration.refresh_token)
        .send()
        .await;
    let failure = match answer {
        Ok(answer) => {
            let life = u64::try_from(answer.expires_in).map_err(|_| garbled(UPSTREAM))?;
            let access_token = answer.access_token.ok_or_else(|| garbled(UPSTREAM))?;
            let ends = now + Duration::from_secs(life);
            let renewed = cached.renewed(&access_token, answer.refresh_token.as_deref(), ends);
            // On a read-only disk the sign-in is good for this once.
            let _ = renewed.write(&path);
            return Ok(renewed);
        }
        Err(error) => Failure::of(UPSTREAM, &error),
    };
    // Another program may have used the one refresh token in the meantime.
    match Cache::read(&path).filter(|again| again.expires_at() > now) {
        Some(again) => Ok(again),
        None => match failure {
            Failure::Refused(refusal) if is_signed_out(&refusal) => Err(sso.expired(&ended)),
            other => Err(other.explain(UPSTREAM, "the sign-in")),
        },
    }
}

fn is_signed_out(refusal: &Refusal) -> bool {
    const CODES: [&str; 4] = [
        "InvalidGrantException",
        "InvalidClientException",
        "InvalidRequestException",
        "UnauthorizedClientException",
    ];
    refusal.is_expired() || refusal.is_access_denied() || CODES.contains(&refusal.code.as_str())
}

fn explain(sso: &Sso, failure: Failure) -> ExchangeError {
    let is_code = |refusal: &Refusal, code: &str| refusal.code.starts_with(code);
    match &failure {
        Failure::Refused(refusal) if is_code(refusal, "Unauthorized") => sso.expired("is no longer accepted"),
        Failure::Refused(refusal)
            if is_code(refusal, "Forbidden")
                || is_code(refusal, "ResourceNotFound")
                || refusal.is_access_denied() =>
        {
            ExchangeError::new(
                ErrorKind::Denied,
                "access_denied",
                format!(
                    "the {} may not use the role `{}` in the account {}",
                    sso.what(),
                    sso.role,
                    sso.account
                ),
            )
            .with_hint(
                "have the role assigned in IAM Identity Center, or correct `sso_role_name` and \
                 `sso_account_id`",
            )
        }
        _ => failure.explain(UPSTREAM, &format!("the role `{}`", sso.role)),
    }
}

const UPSTREAM: &str = "IAM Identity Center";
const REFRESHED_AHEAD: Duration = Duration::from_secs(5 * 60);

//! Credentials of AWS, from wherever the caller's surroundings or the identity's settings say.
//!
//! The places and their order are those of the AWS CLI: variables, web identity, profile, container,
//! instance. The SDK's own chain is not used: it knows neither `AWS_DEFAULT_PROFILE`, `duration_seconds`
//! nor a profile that wins over variables, skips what it cannot read, hides which step failed, and puts
//! the stderr of a `credential_process` into its message. Reading `~/.aws`, signing, retrying and the
//! metadata services stay the SDK's.

mod chain;
mod machine;
mod principal;
mod process;
mod profile;
mod roles;
mod session_policy;
mod settings;
mod sso;
mod web_identity;

use aws_credential_types::Credentials;
use aws_types::{SdkConfig, os_shim_internal::Env};
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    identity::AwsIdentity,
};

use crate::deadline::Progress;
use settings::Settings;
use web_identity::WebIdentity;

pub(crate) use principal::Lookup;
pub(crate) use session_policy::SessionPolicy;
pub(crate) use settings::{Service, at_endpoint};

/// An identity in its surroundings.
#[derive(Debug)]
pub(crate) struct Aws<'a> {
    identity: &'a AwsIdentity,
    progress: &'a Progress,
    settings: Settings,
    /// Where STS is asked.
    region: String,
    policy: SessionPolicy,
}

/// Credentials, and what is known of where they come from.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) credentials: Credentials,
    pub(crate) source: Source,
}

/// Where credentials come from, as far as it decides what may be done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Keys that somebody wrote into a variable or a file, and may replace there.
    Given(&'static str),
    /// Keys that a program has printed just now, whoever's they are.
    Fetched,
    /// The session of a role, fetched just now.
    Role {
        /// Whether it may do no more than the rule says.
        is_narrowed: bool,
    },
}

impl Found {
    /// Whether others renew these credentials, so that new keys may be the same principal's.
    pub(crate) fn rotate(&self) -> bool {
        matches!(self.source, Source::Given(_)) && self.credentials.session_token().is_some()
    }
}

impl<'a> Aws<'a> {
    /// Reads the surroundings. `home_region` is the registry's, for when the caller names none.
    pub(crate) async fn open(
        identity: &'a AwsIdentity,
        home_region: &str,
        progress: &'a Progress,
    ) -> Result<Self, ExchangeError> {
        let settings = Settings::load(Env::real(), identity.profile.as_deref()).await?;
        let region =
            identity.region.clone().or_else(|| settings.region()).unwrap_or_else(|| home_region.to_owned());
        Ok(Self { identity, progress, settings, region, policy: SessionPolicy::default() })
    }

    /// The same, whose last role gets this policy.
    pub(crate) fn narrowed(self, policy: SessionPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Finds credentials and assumes the identity's roles with them.
    pub(crate) async fn credentials(&self) -> Result<Found, ExchangeError> {
        self.progress.waits_for("the AWS credentials");
        let (by_token, roles) = match WebIdentity::of_settings(self.identity, &self.settings)? {
            Some((identity, further)) => (Some(identity), further),
            None => (None, self.identity.roles.as_slice()),
        };
        let further: Vec<_> = roles.iter().map(roles::Assume::from).collect();
        let policy = self.policy.text().filter(|_| further.is_empty());
        let first = match by_token {
            Some(identity) => web_identity::exchange(self, &identity, policy).await?,
            None => chain::find(self, policy).await?,
        };
        let found = roles::assume_all(self, first, &further, self.policy.text()).await?;
        self.policy.check(&found)?;
        Ok(found)
    }

    /// Whether credentials of the same principal may be shared: what a role adds is its session's own.
    pub(crate) fn shares(&self) -> bool {
        self.identity.roles.is_empty() && self.identity.token.is_none()
    }

    /// The settings of a client for `service`.
    pub(crate) fn client(
        &self,
        service: Service,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> SdkConfig {
        self.settings.client(service, region, credentials)
    }

    pub(crate) fn progress(&self) -> &Progress {
        self.progress
    }

    /// An STS client; without credentials for the calls that are not signed.
    pub(crate) fn sts(&self, credentials: Option<&Credentials>) -> SdkConfig {
        let config = self.settings.client(Service::Sts, &self.region, credentials);
        match &self.identity.sts_endpoint {
            Some(endpoint) => settings::at_endpoint(&config, endpoint),
            None => config,
        }
    }
}

/// What to do about an expired session depends on who can renew it.
pub(crate) fn renewal_hint(error: ExchangeError, source: Source) -> ExchangeError {
    match source {
        Source::Given(place) if error.code == "session_expired" => {
            error.with_hint(format!("put new session credentials into {place}"))
        }
        _ => error,
    }
}

fn misconfigured(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, code, message)
}

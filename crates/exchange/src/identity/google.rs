//! Access tokens of Google, from wherever the caller's surroundings or the identity's settings say.
//!
//! The places and their order are those of Application Default Credentials; the gcloud CLI's own account
//! comes last. No library of Google's is used: none of them knows proxies, `GCE_METADATA_HOST`, federation
//! and the end of a token together.

mod authorized_user;
mod chain;
mod external;
mod file;
mod gcloud;
mod granted;
mod hosts;
mod impersonation;
mod metadata;
mod refusal;
mod service_account;
mod settings;

use aws_types::os_shim_internal::Env;
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError},
    identity::GoogleIdentity,
};

use crate::deadline::Progress;
use settings::Settings;

pub(crate) use granted::AccessToken;

/// An identity in its surroundings.
#[derive(Debug)]
pub(crate) struct Google<'a> {
    identity: &'a GoogleIdentity,
    progress: &'a Progress,
    settings: Settings,
    /// Whether a token of more scopes than are asked for is of no use.
    must_narrow: bool,
}

impl<'a> Google<'a> {
    /// Reads the surroundings.
    pub(crate) fn open(identity: &'a GoogleIdentity, progress: &'a Progress) -> Result<Self, ExchangeError> {
        let settings = Settings::load(Env::real(), identity.universe_domain.as_deref())?;
        Ok(Self { identity, progress, settings, must_narrow: false })
    }

    /// The same, which may get no more than is asked for.
    pub(crate) fn narrowed(self, must_narrow: bool) -> Self {
        Self { must_narrow, ..self }
    }

    /// Gets a token that may do this much.
    pub(crate) async fn token(&self, access: Access) -> Result<AccessToken, ExchangeError> {
        self.progress.waits_for("the Google credentials");
        let wanted = match &self.identity.service_account {
            Some(_) => Access::Full,
            None => access,
        };
        let mut found = chain::find(self, wanted).await?;
        if let Some(step) = impersonation::Step::of_settings(self) {
            found = impersonation::grant(self, &found, &step, access).await?;
        }
        Ok(found.token)
    }
}

impl Google<'_> {
    /// A token of the machine's account that proves it to somebody else.
    pub(crate) async fn identity_token(&self, audience: &str) -> Result<String, ExchangeError> {
        metadata::identity_token(self, audience).await
    }
}

/// The OAuth scope of an access; whoever impersonates needs the full one.
fn scope(access: Access) -> &'static str {
    match access {
        Access::Full => "https://www.googleapis.com/auth/cloud-platform",
        Access::Pull => "https://www.googleapis.com/auth/devstorage.read_only",
        Access::Push => "https://www.googleapis.com/auth/devstorage.read_write",
    }
}

fn misconfigured(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, code, message)
}

//! Access tokens of Entra, from wherever the caller's surroundings or the identity's settings say.
//!
//! The places and their order are those of the Azure SDKs' `DefaultAzureCredential`. The SDK is not used:
//! it goes on to the next place when one fails, knows no Azure Arc, waits for a metadata service longer
//! than a client does for us, and takes no certificate without OpenSSL.

mod authority;
mod azure_cli;
mod azure_developer_cli;
mod azure_pipelines;
mod certificate;
mod chain;
mod entra;
mod environment;
mod managed_identity;
mod refusal;
mod workload_identity;

use aws_types::os_shim_internal::Env;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    identity::AzureIdentity,
    kind::AcrCloud,
};
use shorepass_secret::Secret;

use crate::{deadline::Progress, http};
use authority::Authority;

/// An identity in its surroundings.
#[derive(Debug)]
pub(crate) struct Azure<'a> {
    identity: &'a AzureIdentity,
    progress: &'a Progress,
    env: Env,
    authority: Authority,
    outward: http::Client,
    direct: http::Client,
}

/// What Entra lets its bearer be.
#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) secret: Secret,
    /// From now on; zero when it has ended.
    pub(crate) life_ms: u64,
}

impl<'a> Azure<'a> {
    /// Reads the surroundings. The cloud tells which Entra is asked, unless somebody names one.
    pub(crate) fn open(
        identity: &'a AzureIdentity,
        cloud: AcrCloud,
        progress: &'a Progress,
    ) -> Result<Self, ExchangeError> {
        let env = Env::real();
        if let Some(path) = variable(&env, "SSL_CERT_FILE") {
            http::check(("SSL_CERT_FILE", path.as_ref()))?;
        }
        let trusted = http::trust(None)?;
        Ok(Self {
            authority: Authority::choose(identity, &env, cloud)?,
            outward: http::Client::outward(trusted.clone()),
            direct: http::Client::direct(trusted),
            identity,
            progress,
            env,
        })
    }

    /// A token for a resource such as `https://containerregistry.azure.net`.
    pub(crate) async fn token(&self, resource: &str) -> Result<AccessToken, ExchangeError> {
        self.progress.waits_for("the Azure credentials");
        chain::find(self, resource).await
    }

    /// The directory that somebody has named.
    pub(crate) fn tenant(&self) -> Option<String> {
        self.identity.tenant_id.clone().or_else(|| self.variable("AZURE_TENANT_ID"))
    }

    /// For calls to the cloud.
    pub(crate) fn client(&self) -> &http::Client {
        &self.outward
    }

    /// The application, or the managed identity, that somebody has named.
    fn client_id(&self) -> Option<String> {
        self.identity.client_id.clone().or_else(|| self.variable("AZURE_CLIENT_ID"))
    }

    /// A variable that is set to something.
    fn variable(&self, name: &str) -> Option<String> {
        variable(&self.env, name)
    }
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

/// The scope by which version 2 of the protocol asks for a resource.
fn scope(resource: &str) -> String {
    format!("{resource}/.default")
}

fn misconfigured(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, code, message)
}

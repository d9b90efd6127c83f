//! A service connection of Azure Pipelines: the job's own OIDC token, for which an application has a
//! federated credential.

use shorepass_core::exchange::ExchangeError;
use shorepass_secret::Secret;

use super::{
    Azure,
    chain::{Looked, absent},
    entra::{self, Application, Proof},
    misconfigured,
};
use crate::token::AzurePipelinesJob;

/// Whether this is a job with a service connection that keeps its own token to itself: its machine is somebody else.
pub(super) fn is_muted(azure: &Azure<'_>) -> bool {
    azure.variable("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID").is_some()
        && azure.variable("SYSTEM_ACCESSTOKEN").is_none()
}

/// `is_only` when somebody has asked for it; else every variable must be there.
pub(super) async fn look(azure: &Azure<'_>, resource: &str, is_only: bool) -> Looked {
    let (identity, variable) = (azure.identity, |name| azure.variable(name));
    let tenant = identity.tenant_id.clone().or_else(|| variable("AZURESUBSCRIPTION_TENANT_ID"));
    let client_id = identity.client_id.clone().or_else(|| variable("AZURESUBSCRIPTION_CLIENT_ID"));
    let connection = identity
        .service_connection_id
        .clone()
        .or_else(|| variable("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"));
    let job = (variable("SYSTEM_OIDCREQUESTURI"), variable("SYSTEM_ACCESSTOKEN"), connection);
    let is_whole = tenant.is_some() && client_id.is_some();
    let (Some(url), Some(access_token), Some(connection), true) = (job.0, job.1, job.2, is_whole) else {
        return if is_only {
            Err(incomplete().into())
        } else {
            absent("no service connection of Azure Pipelines")
        };
    };
    let job =
        AzurePipelinesJob { url, access_token: Secret::new(access_token), connection: Some(connection) };
    let application = Application::named(tenant, client_id, "SYSTEM_OIDCREQUESTURI")?;
    let token = job.token(&azure.outward, azure.progress).await?;
    Ok(entra::grant(azure, &application, &Proof::Federated(token), resource).await?)
}

fn incomplete() -> ExchangeError {
    misconfigured("azure_pipelines_incomplete", "the job of Azure Pipelines does not say all that is needed")
        .with_hint(
            "run the step as `AzureCLI@2` or `AzurePowerShell@5` with the service connection, and map \
             `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into its `env`",
        )
}

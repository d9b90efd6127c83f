//! A service connection of Azure Pipelines: the job's own OIDC token, for which an application has a
//! federated credential.

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use super::{
    Azure,
    authority::may_have_secrets,
    chain::{Looked, absent},
    entra::{self, Application, Proof},
    misconfigured,
};
use crate::http::call::{Call, encode};

/// What the job says of itself.
struct Job {
    url: String,
    access_token: Secret,
    connection: String,
}

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
    let job = Job { url, access_token: Secret::new(access_token), connection };
    let application = Application::named(tenant, client_id, "SYSTEM_OIDCREQUESTURI")?;
    let token = job.token(azure).await?;
    Ok(entra::grant(azure, &application, &Proof::Federated(token), resource).await?)
}

impl Job {
    async fn token(&self, azure: &Azure<'_>) -> Result<Secret, ExchangeError> {
        azure.progress.waits_for("Azure Pipelines");
        if !may_have_secrets(&self.url) {
            return Err(misconfigured(
                "azure_pipelines_incomplete",
                "`SYSTEM_OIDCREQUESTURI` is no `https://` URL, so the job's token is not sent there",
            ));
        }
        let (url, connection) = (self.url.trim_end_matches('/'), encode(&self.connection));
        let answer =
            Call::post("Azure Pipelines", format!("{url}?api-version=7.1&serviceConnectionId={connection}"))
                .header("authorization", format!("Bearer {}", self.access_token.expose()))
                .header("content-type", "application/json")
                // Without it a refusal is the way to a page for people.
                .header("x-tfs-fedauthredirect", "Suppress")
                .send(&azure.outward)
                .await?;
        if let Some(error) = answer.general_fault() {
            return Err(error);
        }
        if answer.status != 200 {
            return Err(refused(answer.status));
        }
        let Answered { oidc_token } = answer.json()?;
        Ok(Secret::new(oidc_token))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    oidc_token: String,
}

fn incomplete() -> ExchangeError {
    misconfigured("azure_pipelines_incomplete", "the job of Azure Pipelines does not say all that is needed")
        .with_hint(
            "run the step as `AzureCLI@2` or `AzurePowerShell@5` with the service connection, and map \
             `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into its `env`",
        )
}

fn refused(status: u16) -> ExchangeError {
    let error = ExchangeError::new(
        ErrorKind::Denied,
        "azure_pipelines_refused",
        format!("Azure Pipelines gives this job no token (HTTP {status})"),
    );
    match status {
        404 => error.with_hint("check the service connection's id, and that the pipeline may use it"),
        _ => error.with_hint("map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into the step's `env`"),
    }
}

//! The places where Azure credentials may be, in order; the first that is there decides.
//!
//! A place that is there but fails is an error that says why, and not a reason to go on to the next one:
//! that would be somebody else's identity.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    identity::AzureSource as Source,
    token::SERVICE_ACCOUNT_TOKEN,
};

use super::{
    AccessToken, Azure, azure_cli, azure_developer_cli, azure_pipelines, environment, managed_identity,
    misconfigured, workload_identity,
};

/// Why a place brought nothing.
#[derive(Debug)]
pub(super) enum Miss {
    /// There is nothing there, and this is why, as a fragment.
    Absent(String),
    /// There is something, and it does not work.
    Failed(ExchangeError),
}

impl From<ExchangeError> for Miss {
    fn from(error: ExchangeError) -> Self {
        Self::Failed(error)
    }
}

/// What looking at a place brings.
pub(super) type Looked = Result<AccessToken, Miss>;

pub(super) fn absent(why: impl Into<String>) -> Looked {
    Err(Miss::Absent(why.into()))
}

/// Finds the first token.
pub(super) async fn find(azure: &Azure<'_>, resource: &str) -> Result<AccessToken, ExchangeError> {
    if let Some(file) = &azure.identity.certificate_file {
        return environment::with_certificate(azure, file, resource).await;
    }
    if let Some(token) = &azure.identity.token {
        return workload_identity::with_token(azure, token, resource).await;
    }
    if azure.identity.source.is_none() && azure.variable(SERVICE_ACCOUNT_TOKEN).is_some() {
        return workload_identity::of_pod(azure, resource).await;
    }
    let sources = sources(azure.identity.source, azure.variable("AZURE_TOKEN_CREDENTIALS").as_deref())?;
    let is_only = sources.len() == 1;
    let mut missing = Vec::new();
    for source in sources {
        match look(azure, source, resource, is_only).await {
            Ok(token) => return Ok(token),
            Err(Miss::Failed(error)) => return Err(error),
            Err(Miss::Absent(why)) => missing.push(why),
        }
    }
    Err(nowhere(&missing))
}

async fn look(azure: &Azure<'_>, source: Source, resource: &str, is_only: bool) -> Looked {
    match source {
        Source::Environment => environment::look(azure, resource).await,
        Source::WorkloadIdentity => workload_identity::look(azure, resource).await,
        Source::AzurePipelines => azure_pipelines::look(azure, resource, is_only).await,
        Source::ManagedIdentity if !is_only && azure_pipelines::is_muted(azure) => {
            absent("the agent's machine is not asked while `SYSTEM_ACCESSTOKEN` is not mapped into the job")
        }
        Source::ManagedIdentity => managed_identity::look(azure, resource, is_only).await,
        Source::AzureCli => azure_cli::look(azure, resource).await,
        Source::AzureDeveloperCli => azure_developer_cli::look(azure, resource).await,
    }
}

/// The places to look at. `narrowed` is what the caller's `AZURE_TOKEN_CREDENTIALS` says.
fn sources(only: Option<Source>, narrowed: Option<&str>) -> Result<Vec<Source>, ExchangeError> {
    if let Some(source) = only {
        return Ok(vec![source]);
    }
    let name = narrowed.unwrap_or_default().trim().to_ascii_lowercase();
    Ok(vec![match name.as_str() {
        "" => return Ok([DEPLOYED, DEVELOPERS].concat()),
        "prod" => return Ok(DEPLOYED.to_vec()),
        "dev" => return Ok(DEVELOPERS.to_vec()),
        "environmentcredential" => Source::Environment,
        "workloadidentitycredential" => Source::WorkloadIdentity,
        "managedidentitycredential" => Source::ManagedIdentity,
        "azureclicredential" => Source::AzureCli,
        "azuredeveloperclicredential" => Source::AzureDeveloperCli,
        "azurepipelinescredential" => Source::AzurePipelines,
        _ => {
            return Err(misconfigured(
                "azure_source_unknown",
                "`AZURE_TOKEN_CREDENTIALS` names a credential that is not known here",
            )
            .with_hint(
                "set it to `prod`, `dev`, `EnvironmentCredential`, `WorkloadIdentityCredential`, \
                 `ManagedIdentityCredential`, `AzureCliCredential` or `AzureDeveloperCliCredential`",
            ));
        }
    }])
}

fn nowhere(missing: &[String]) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "no_identity",
        format!("no Azure credentials found: {}", missing.join(", ")),
    )
    .with_hint("set the variables of an application, enable a managed identity, or sign in with `az login`")
}

/// A job of Azure Pipelines says in variables of its own who it is, so it goes before its machine.
const DEPLOYED: &[Source] =
    &[Source::Environment, Source::WorkloadIdentity, Source::AzurePipelines, Source::ManagedIdentity];
const DEVELOPERS: &[Source] = &[Source::AzureCli, Source::AzureDeveloperCli];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_sdks() {
        let all = sources(None, None).unwrap();

        assert_eq!(
            all,
            [
                Source::Environment,
                Source::WorkloadIdentity,
                Source::AzurePipelines,
                Source::ManagedIdentity,
                Source::AzureCli,
                Source::AzureDeveloperCli
            ]
        );
    }

    #[test]
    fn a_variable_narrows_the_order_whatever_its_case() {
        assert_eq!(sources(None, Some("dev")).unwrap(), DEVELOPERS);
        assert_eq!(sources(None, Some("PROD")).unwrap(), DEPLOYED);
        assert_eq!(sources(None, Some("AzureCLICredential")).unwrap(), [Source::AzureCli]);
        assert_eq!(sources(None, Some("ManagedIdentityCredential")).unwrap(), [Source::ManagedIdentity]);
        assert_eq!(sources(None, Some("VisualStudioCredential")).unwrap_err().code, "azure_source_unknown");
    }

    #[test]
    fn the_identitys_own_source_wins_over_the_variable() {
        let sources = sources(Some(Source::Environment), Some("dev")).unwrap();

        assert_eq!(sources, [Source::Environment]);
    }
}

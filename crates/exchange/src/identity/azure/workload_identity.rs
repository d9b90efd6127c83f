//! An application by somebody else's token, for which it has a federated credential.
//!
//! The file is read each time, for a kubelet replaces it long before the token in it ends.

use shorepass_core::{
    exchange::ExchangeError,
    token::{KubeletSource, TokenSource},
};

use super::{
    AccessToken, Azure,
    chain::{Looked, absent},
    entra::{self, Application, Proof},
    misconfigured,
};
use crate::token;

/// The token's file in the caller's variables, as the webhook of Kubernetes puts it there.
pub(super) async fn look(azure: &Azure<'_>, resource: &str) -> Looked {
    let Some(path) = azure.variable("AZURE_FEDERATED_TOKEN_FILE") else {
        return absent("no federated token");
    };
    let application = Application::of(azure, "AZURE_FEDERATED_TOKEN_FILE")?;
    let token =
        token::of_file(path.as_ref(), None).and_then(|text| token::checked(&text)).map_err(|error| {
            error.with_hint("check what the platform mounts where `AZURE_FEDERATED_TOKEN_FILE` says")
        })?;
    Ok(entra::grant(azure, &application, &Proof::Federated(token), resource).await?)
}

/// With a token of the configuration.
pub(super) async fn with_token(
    azure: &Azure<'_>,
    source: &TokenSource,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    let application = Application::of(azure, "token")?;
    azure.progress.waits_for("the federated token");
    let token = token::fetch(source, azure.progress).await?;
    entra::grant(azure, &application, &Proof::Federated(token), resource).await
}

/// The pod whose image a kubelet wants, and never the node: without an application there is no credential.
pub(super) async fn of_pod(azure: &Azure<'_>, resource: &str) -> Result<AccessToken, ExchangeError> {
    if azure.tenant().is_none() || azure.client_id().is_none() {
        return Err(misconfigured(
            "kubelet_application_missing",
            "the pod's service account names no application in Entra to pull images as",
        )
        .with_hint(
            "annotate it with `kubernetes.azure.com/acr-client-id` and `kubernetes.azure.com/acr-tenant-id`: \
             `kubectl annotate serviceaccount NAME kubernetes.azure.com/acr-client-id=ID`",
        ));
    }
    with_token(azure, &TokenSource::Kubelet(KubeletSource::default()), resource).await
}

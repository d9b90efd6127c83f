//! An application by its secret or its certificate, as variables or the identity name them.

use std::path::Path;

use shorepass_core::exchange::ExchangeError;
use shorepass_secret::Secret;

use super::{
    AccessToken, Azure,
    certificate::Certificate,
    chain::{Looked, absent},
    entra::{self, Application, Proof},
};

/// The secret, else the certificate, of the caller's variables.
pub(super) async fn look(azure: &Azure<'_>, resource: &str) -> Looked {
    if let Some(secret) = azure.variable("AZURE_CLIENT_SECRET") {
        let application = Application::of(azure, "AZURE_CLIENT_SECRET")?;
        let proof = Proof::Secret(Secret::new(secret));
        return Ok(entra::grant(azure, &application, &proof, resource).await?);
    }
    if let Some(path) = azure.variable("AZURE_CLIENT_CERTIFICATE_PATH") {
        return Ok(with_certificate(azure, path.as_ref(), resource).await?);
    }
    absent("neither a secret nor a certificate in variables")
}

/// With the certificate of a file.
pub(super) async fn with_certificate(
    azure: &Azure<'_>,
    file: &Path,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    let application = Application::of(azure, "AZURE_CLIENT_CERTIFICATE_PATH")?;
    let sends_chain = azure
        .variable("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")
        .is_some_and(|on| on == "1" || on.eq_ignore_ascii_case("true"));
    let password = azure.variable("AZURE_CLIENT_CERTIFICATE_PASSWORD").map(Secret::new);
    let certificate = Certificate::read(file, password.as_ref())?;
    let proof = Proof::Certificate { certificate, sends_chain };
    entra::grant(azure, &application, &proof, resource).await
}

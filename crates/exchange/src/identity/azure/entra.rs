//! One call to Entra: an application proves who it is and gets a token.

use serde::Deserialize;
use shorepass_core::exchange::ExchangeError;
use shorepass_secret::Secret;

use super::{AccessToken, Azure, certificate::Certificate, misconfigured, refusal, scope};
use crate::{clock, http::call::Call};

/// An application in its directory.
#[derive(Debug)]
pub(super) struct Application {
    pub(super) tenant: String,
    pub(super) client_id: String,
}

/// How an application proves who it is.
#[derive(Debug)]
pub(super) enum Proof {
    Secret(Secret),
    Certificate {
        certificate: Certificate,
        /// For applications that trust the issuer of a certificate and not one certificate.
        sends_chain: bool,
    },
    /// Somebody else's token, for which the application has a federated credential.
    Federated(Secret),
}

impl Application {
    /// As settings and variables name it; `because` is what needs it.
    pub(super) fn of(azure: &Azure<'_>, because: &str) -> Result<Self, ExchangeError> {
        Self::named(azure.tenant(), azure.client_id(), because)
    }

    pub(super) fn named(
        tenant: Option<String>,
        client_id: Option<String>,
        because: &str,
    ) -> Result<Self, ExchangeError> {
        let (Some(tenant), Some(client_id)) = (tenant, client_id) else {
            return Err(misconfigured(
                "azure_application_incomplete",
                format!("`{because}` is set without the application's tenant and client id"),
            )
            .with_hint(
                "set both, by `AZURE_TENANT_ID` and `AZURE_CLIENT_ID` or by `tenant_id` and `client_id`",
            ));
        };
        let ids = [("tenant", "AZURE_TENANT_ID", &tenant), ("client id", "AZURE_CLIENT_ID", &client_id)];
        if let Some((what, variable, _)) = ids.into_iter().find(|(_, _, id)| !is_id(id)) {
            return Err(malformed(what, variable));
        }
        Ok(Self { tenant, client_id })
    }
}

/// A GUID, or a domain for a tenant; anything else would not belong into a URL or a message.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= 128 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

pub(super) fn malformed(what: &str, variable: &str) -> ExchangeError {
    misconfigured("azure_id_malformed", format!("what should be a {what} is none"))
        .with_hint(format!("set `{variable}` to an id such as `00000000-1111-2222-3333-444444444444`"))
}

/// Asks for a token.
pub(super) async fn grant(
    azure: &Azure<'_>,
    application: &Application,
    proof: &Proof,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    azure.progress.waits_for("Entra");
    let (endpoint, scope) = (azure.authority.token_endpoint(&application.tenant), scope(resource));
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", application.client_id.as_str()),
        ("scope", scope.as_str()),
    ];
    let assertion;
    match proof {
        Proof::Secret(secret) => form.push(("client_secret", secret.expose())),
        Proof::Certificate { certificate, sends_chain } => {
            assertion = certificate.assert(&application.client_id, &endpoint, *sends_chain, clock::now())?;
            form.extend([
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", assertion.expose()),
            ]);
        }
        Proof::Federated(token) => {
            form.extend([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", token.expose())]);
        }
    }
    let answer = Call::post("Entra", &endpoint).form(&form).send(&azure.outward).await?;
    if !answer.is_success() {
        let source = azure.identity.token.as_deref();
        return Err(refusal::explain(&azure.authority, application, proof, source, resource, &answer));
    }
    let granted: Granted = answer.json()?;
    Ok(AccessToken {
        secret: Secret::new(granted.access_token),
        life_ms: granted.expires_in.saturating_mul(1000),
    })
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// In seconds.
    expires_in: u64,
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_a_tenant_and_a_client_id() {
        let named = |tenant: Option<&str>, client: Option<&str>| {
            Application::named(tenant.map(str::to_owned), client.map(str::to_owned), "AZURE_CLIENT_SECRET")
        };

        assert!(named(Some("contoso.example"), Some("id")).is_ok());
        let incomplete = named(None, Some("id")).unwrap_err();
        assert_eq!(incomplete.code, "azure_application_incomplete");
        assert!(incomplete.message.contains("AZURE_CLIENT_SECRET"), "{}", incomplete.message);
        for (tenant, client) in [("../evil", "id"), ("contoso.example", "canary \n")] {
            let refused = named(Some(tenant), Some(client)).unwrap_err();
            assert_eq!(refused.code, "azure_id_malformed");
            assert!(!refused.message.contains("canary"));
        }
    }

    #[test]
    fn no_proof_shows_itself() {
        for proof in [Proof::Secret(Secret::new("canary")), Proof::Federated(Secret::new("canary"))] {
            assert!(!format!("{proof:?}").contains("canary"));
        }
    }
}

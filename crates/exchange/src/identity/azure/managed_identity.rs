//! Managed identities: the machine, the app or the server is somebody, and says so on request.
//!
//! Variables tell which endpoint there is; without any, a virtual machine's is looked for. None of them
//! goes by a proxy.

mod app_service;
mod arc;
mod instance;

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use super::{
    AccessToken, Azure,
    chain::Looked,
    entra::{is_id, malformed},
    misconfigured,
};
use crate::{
    clock,
    http::call::{Answer, encode},
};

/// `is_only` when somebody has asked for it, so that it need not be looked for.
pub(super) async fn look(azure: &Azure<'_>, resource: &str, is_only: bool) -> Looked {
    let id = Id::of(azure)?;
    let [endpoint, header, imds, thumbprint] =
        ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "IDENTITY_SERVER_THUMBPRINT"]
            .map(|name| azure.variable(name));
    match (endpoint, header) {
        (Some(_), Some(_)) if thumbprint.is_some() => {
            Err(unsupported("managed identities of Service Fabric").into())
        }
        (Some(endpoint), Some(header)) => {
            Ok(app_service::ask(azure, &endpoint, &Secret::new(header), &id, resource).await?)
        }
        (Some(endpoint), None) if imds.is_some() => Ok(arc::ask(azure, &endpoint, &id, resource).await?),
        _ => instance::look(azure, &id, resource, is_only).await,
    }
}

/// Which identity, where there may be several.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    /// The one of the machine itself.
    System,
    Client(String),
    Object(String),
    Resource(String),
}

impl Id {
    fn of(azure: &Azure<'_>) -> Result<Self, ExchangeError> {
        let identity = azure.identity;
        if let Some(id) = &identity.object_id {
            return Ok(Self::Object(id.clone()));
        }
        if let Some(id) = &identity.resource_id {
            return Ok(Self::Resource(id.clone()));
        }
        match azure.client_id() {
            None => Ok(Self::System),
            Some(id) if is_id(&id) => Ok(Self::Client(id)),
            Some(_) => Err(malformed("client id", "AZURE_CLIENT_ID")),
        }
    }

    /// `&NAME=ID` with one of the endpoint's names for client, object and resource.
    fn field(&self, names: [&str; 3]) -> String {
        let (name, id) = match self {
            Self::System => return String::new(),
            Self::Client(id) => (names[0], id),
            Self::Object(id) => (names[1], id),
            Self::Resource(id) => (names[2], id),
        };
        format!("&{name}={}", encode(id))
    }

    fn words(&self) -> String {
        match self {
            Self::System => "a system-assigned managed identity".into(),
            Self::Client(id) | Self::Object(id) | Self::Resource(id) => {
                format!("the managed identity `{id}`")
            }
        }
    }
}

/// What every endpoint answers; numbers come as text from most of them.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<Number>,
    /// Seconds since 1970.
    expires_on: Option<Number>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u64),
    Text(String),
}

impl Number {
    fn value(&self) -> Option<u64> {
        match self {
            Self::Plain(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

fn granted(answer: &Answer, upstream: &str) -> Result<AccessToken, ExchangeError> {
    let granted: Granted = answer.json()?;
    let value = |number: Option<Number>| number.and_then(|number| number.value());
    let life_ms = value(granted.expires_in).map(|seconds| seconds.saturating_mul(1000)).or_else(|| {
        let there = clock::since_epoch_ms(answer.clocks.there);
        value(granted.expires_on).map(|at| at.saturating_mul(1000).saturating_sub(there))
    });
    let life_ms = life_ms.ok_or_else(|| crate::failure::garbled(upstream))?;
    Ok(AccessToken { secret: Secret::new(granted.access_token), life_ms })
}

fn missing(id: &Id, place: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Denied,
        "managed_identity_missing",
        format!("{place} does not have {}", id.words()),
    )
    .with_hint("assign the identity to it, or correct `AZURE_CLIENT_ID`")
}

fn unsupported(what: &str) -> ExchangeError {
    misconfigured("managed_identity_unsupported", format!("{what} are not supported"))
        .with_hint("use a federated token or a certificate instead")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_named_as_the_endpoint_names_it() {
        let names = ["client_id", "object_id", "msi_res_id"];

        assert_eq!(Id::System.field(names), "");
        assert_eq!(Id::Client("a".into()).field(names), "&client_id=a");
        assert_eq!(
            Id::Resource("/subscriptions/x y".into()).field(names),
            "&msi_res_id=%2Fsubscriptions%2Fx%20y"
        );
    }

    #[test]
    fn numbers_may_be_text() {
        let granted: Granted =
            serde_json::from_str(r#"{"access_token":"x","expires_in":"86399","expires_on":1767225600}"#)
                .unwrap();

        assert_eq!(granted.expires_in.and_then(|number| number.value()), Some(86_399));
        assert_eq!(granted.expires_on.and_then(|number| number.value()), Some(1_767_225_600));
    }
}

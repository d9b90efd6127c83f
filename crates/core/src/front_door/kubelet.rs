//! The kubelet's exec protocol for image credentials, `credentialprovider.kubelet.k8s.io/v1`.
//!
//! With a service account's token the answer is the pod's: what the node itself is, to any cloud, is then not asked
//! for. Fields that are not known are passed over.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::image::Image;
use crate::{
    identity::{azure_id, role_arn},
    token::SERVICE_ACCOUNT_TOKEN,
};

/// What a kubelet asks.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// Whose image is to be pulled.
    pub image: String,
    pod: Option<BTreeMap<&'static str, Secret>>,
}

/// Why a text is no such question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not JSON, or of other fields.
    #[error("standard input is not the JSON object of a kubelet's request")]
    Unreadable,
    /// Another version, or another object.
    #[error("the request is no `CredentialProviderRequest` of `credentialprovider.kubelet.k8s.io/v1`")]
    Unknown,
    /// It names no image.
    #[error("the request names no image")]
    NoImage,
    /// What somebody has written at a service account is none of what it stands for.
    #[error("the annotation `{name}` of the pod's service account must be {wanted}")]
    Annotation {
        /// The annotation's.
        name: &'static str,
        /// What it stands for.
        wanted: &'static str,
    },
}

impl RequestError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Annotation { name, .. } => {
                format!("to correct it, run `kubectl annotate --overwrite serviceaccount NAME {name}=VALUE`")
            }
            _ => format!("use it as a credential provider with `apiVersion: {VERSION}`"),
        }
    }
}

impl Request {
    /// Reads standard input.
    ///
    /// # Errors
    /// When it is no such question; the error never repeats the text.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let head: Head = serde_json::from_str(text).map_err(|_| RequestError::Unreadable)?;
        if head.api_version != VERSION || head.kind != "CredentialProviderRequest" {
            return Err(RequestError::Unknown);
        }
        let body: Body = serde_json::from_str(text).map_err(|_| RequestError::Unreadable)?;
        if body.image.trim().is_empty() {
            return Err(RequestError::NoImage);
        }
        let annotations = body.service_account_annotations.unwrap_or_default();
        let pod = body.service_account_token.map(|token| of_pod(token, &annotations)).transpose()?;
        Ok(Self { image: body.image, pod })
    }

    /// What is known of the pod's service account, as variables; absent where the kubelet asks for the node.
    #[must_use]
    pub fn pod(&self) -> Option<&BTreeMap<&'static str, Secret>> {
        self.pod.as_ref()
    }
}

/// A token that is there and is none must not lead to what the node has.
fn of_pod(
    token: String,
    annotations: &BTreeMap<String, String>,
) -> Result<BTreeMap<&'static str, Secret>, RequestError> {
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(RequestError::Unreadable);
    }
    let mut variables = BTreeMap::from([(SERVICE_ACCOUNT_TOKEN, Secret::new(token))]);
    for (name, variable, checked) in ANNOTATIONS {
        if let Some(value) = annotations.get(name).filter(|value| !value.is_empty()) {
            let value = checked(value).map_err(|wanted| RequestError::Annotation { name, wanted })?;
            variables.insert(variable, Secret::new(value));
        }
    }
    Ok(variables)
}

/// What a kubelet is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Whose image is to be pulled.
    pub image: &'a Image,
    /// The login; none where the registry is not ours.
    pub login: Option<(&'a str, &'a Secret)>,
    /// It is for this repository, and others of the same host may have others.
    pub is_for_image: bool,
    /// How long it lives, where that is known.
    pub left: Option<Duration>,
}

impl Answer<'_> {
    /// As one line of JSON.
    #[must_use]
    pub fn text(&self) -> Secret {
        let (host, repository) = (self.image.host(), self.image.repository());
        let is_for_image = self.is_for_image && self.login.is_some();
        let place = if is_for_image { format!("{host}/{repository}") } else { host.to_owned() };
        let response = Response {
            api_version: VERSION,
            kind: "CredentialProviderResponse",
            cache_key_type: if is_for_image { "Image" } else { "Registry" },
            cache_duration: go_duration(self.left.unwrap_or_default() / 2),
            auth: self.login.map(|(username, password)| {
                BTreeMap::from([(place, Login { username, password: password.expose() })])
            }),
        };
        line(&response)
    }
}

/// The answer for a registry that is not ours.
#[must_use]
pub fn nothing() -> Secret {
    let (kind, cache_key_type) = ("CredentialProviderResponse", "Registry");
    line(&Response { api_version: VERSION, kind, cache_key_type, cache_duration: "0s".into(), auth: None })
}

fn line(response: &Response<'_>) -> Secret {
    Secret::new(serde_json::to_string(response).unwrap_or_default())
}

/// Whole seconds, as Go's `time.Duration` writes them.
fn go_duration(span: Duration) -> String {
    let seconds = span.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    image: String,
    service_account_token: Option<String>,
    service_account_annotations: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    api_version: &'static str,
    kind: &'static str,
    cache_key_type: &'static str,
    cache_duration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<BTreeMap<String, Login<'a>>>,
}

#[derive(Serialize)]
struct Login<'a> {
    username: &'a str,
    password: &'a str,
}

const VERSION: &str = "credentialprovider.kubelet.k8s.io/v1";

type Check = fn(&str) -> Result<String, &'static str>;

/// As the clouds' own providers read them.
const ANNOTATIONS: [(&str, &str, Check); 3] = [
    ("eks.amazonaws.com/ecr-role-arn", "AWS_ROLE_ARN", role_arn),
    ("kubernetes.azure.com/acr-client-id", "AZURE_CLIENT_ID", azure_id),
    ("kubernetes.azure.com/acr-tenant-id", "AZURE_TENANT_ID", azure_id),
];

#[cfg(test)]
mod tests;

//! A service account of Kubernetes: the file that the kubelet projects into a pod, or a token that the API
//! server is asked for.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{Settings, absolute, audience};
use crate::{config::reader::Reader, kind};

/// One of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// A projected file, read each time.
    Projected {
        /// Where the pod's specification mounts it.
        path: PathBuf,
    },
    /// A `TokenRequest`.
    Requested(Request),
}

/// What the API server is asked for, with the pod's own service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Whose token.
    pub service_account: String,
    /// Where it is; by default where the pod is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Whom the token is for.
    pub audience: String,
    /// How long it lives, ten minutes at least; an hour by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Duration>,
    /// Another API server than the pod's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Where the pod's own token, `ca.crt` and `namespace` are; by default where the kubelet mounts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mounted_at: Option<PathBuf>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        if table.has("path") == table.has("service_account") {
            table.fault_here("a token from `kubernetes` needs one of the keys `path` and `service_account`");
        }
        if table.has("path") {
            return Some(Self::Projected { path: table.text("path", absolute)? });
        }
        if table.has("service_account") {
            super::needed(table, "kubernetes", "audience");
        }
        let (namespace, lifetime) = (
            table.text("namespace", name),
            table.duration("lifetime", Duration::from_secs(600), Duration::from_secs(24 * 3600)),
        );
        let (endpoint, mounted_at) = (table.text("endpoint", endpoint), table.text("mounted_at", absolute));
        let (service_account, audience) =
            (table.text("service_account", name), table.text("audience", audience));
        Some(Self::Requested(Request {
            service_account: service_account?,
            namespace,
            audience: audience?,
            lifetime,
            endpoint,
            mounted_at,
        }))
    }

    fn deciding_variables(&self) -> Vec<&str> {
        match self {
            Self::Projected { .. } => Vec::new(),
            Self::Requested(Request { endpoint: Some(_), .. }) => Vec::new(),
            Self::Requested(_) => vec!["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"],
        }
    }

    fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        match self {
            Self::Projected { path } => vec![path.clone()],
            Self::Requested(request) => vec![request.mounted("token")],
        }
    }
}

impl Request {
    /// One of the files that the kubelet mounts.
    #[must_use]
    pub fn mounted(&self, name: &str) -> PathBuf {
        self.mounted_at.as_deref().unwrap_or(Path::new(MOUNTED_AT)).join(name)
    }
}

/// The pod's own token goes there, so plain HTTP will not do, not even on this machine.
fn endpoint(text: &str) -> Result<String, &'static str> {
    kind::checked_endpoint(text)
        .ok()
        .filter(|url| url.starts_with("https://"))
        .map(|url| url.trim_end_matches('/').to_owned())
        .ok_or("an `https://` URL")
}

/// A DNS subdomain, as RFC 1123 has it.
fn name(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let is_name = (1..=253).contains(&text.len()) && text.bytes().all(good);
    if is_name { Ok(text.to_owned()) } else { Err("a name in Kubernetes, such as `builder`") }
}

const MOUNTED_AT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

//! An Azure identity: the SDKs' default chain, or one source of it.
//!
//! The variables are those of the Azure SDKs (`azure_identity`, "EnvironmentCredential", "DefaultAzureCredential").

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{LoginUse, in_home, set};
use crate::{
    config::reader::Reader,
    kind,
    token::{SERVICE_ACCOUNT_TOKEN, TokenSource, Tokens, absolute},
};

/// Settings of an Azure identity; all absent means the default chain under the caller's variables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The only place to look at; by default all of them in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The directory, as a GUID or a domain; wins over the caller's `AZURE_TENANT_ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// An application, or a user-assigned managed identity; wins over the caller's `AZURE_CLIENT_ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// A managed identity by its object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// A managed identity by its resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// An application's certificate with its RSA key, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The token that a federated credential of the application takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Box<TokenSource>>,
    /// The Azure CLI's subscription, by name or GUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// The service connection of Azure Pipelines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_connection_id: Option<String>,
    /// Another Entra: the URL before the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_host: Option<String>,
}

/// One of the places where Azure credentials are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// An application's secret or certificate in the caller's variables.
    Environment,
    /// A federated token: `AZURE_FEDERATED_TOKEN_FILE`.
    WorkloadIdentity,
    /// The identity of a machine, an app or an Arc server.
    ManagedIdentity,
    /// `az login`
    AzureCli,
    /// `azd auth login`
    AzureDeveloperCli,
    /// A service connection of Azure Pipelines.
    AzurePipelines,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Environment,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::AzureCli,
        Self::AzureDeveloperCli,
        Self::AzurePipelines,
    ];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::WorkloadIdentity => "workload-identity",
            Self::ManagedIdentity => "managed-identity",
            Self::AzureCli => "azure-cli",
            Self::AzureDeveloperCli => "azure-developer-cli",
            Self::AzurePipelines => "azure-pipelines",
        }
    }
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Self {
        let ids = ["client_id", "object_id", "resource_id"].map(|key| table.has(key));
        if ids.iter().filter(|is_there| **is_there).count() > 1 {
            table.fault_here("`client_id`, `object_id` and `resource_id` exclude each other");
        }
        if ["source", "certificate_file", "token"].iter().filter(|key| table.has(key)).count() > 1 {
            table.fault_here("`source`, `certificate_file` and `token` exclude each other");
        }
        for key in ["certificate_file", "token"] {
            if table.has(key) && !(table.has("tenant_id") && table.has("client_id")) {
                table.fault_here(format!("`{key}` needs `tenant_id` and `client_id`"));
            }
        }
        Self {
            source: table.text("source", |text| {
                Source::ALL.into_iter().find(|source| source.name() == text).ok_or(
                    "one of the sources: `environment`, `workload-identity`, `managed-identity`, `azure-cli`, \
                     `azure-developer-cli`, `azure-pipelines`",
                )
            }),
            tenant_id: table.text("tenant_id", id),
            client_id: table.text("client_id", id),
            object_id: table.text("object_id", id),
            resource_id: table.string("resource_id"),
            certificate_file: table.text("certificate_file", absolute),
            token: TokenSource::named(table, tokens),
            subscription: table.string("subscription"),
            service_connection_id: table.text("service_connection_id", id),
            authority_host: table.text("authority_host", kind::checked_endpoint),
        }
    }

    pub(super) fn token(&self) -> Option<&TokenSource> {
        self.token.as_deref()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn login(&self) -> LoginUse<'_> {
        LoginUse::None
    }

    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        DECIDING.to_vec()
    }

    pub(super) fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let of_caller = set(env, "AZURE_CLIENT_CERTIFICATE_PATH").map(PathBuf::from);
        let certificate = self.certificate_file.clone().or(of_caller);
        let cli = az_folder(env).map(|folder| folder.join("azureProfile.json"));
        let azd = azd_folder(env).map(|folder| folder.join("config.json"));
        [certificate, cli, azd].into_iter().flatten().collect()
    }

    /// `az login` and `azd auth login` write there; a kubelet renews the token file.
    pub(super) fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let token = set(env, "AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from);
        let az = az_folder(env).map(|folder| folder.join("msal_token_cache.json"));
        let azd = azd_folder(env).map(|folder| folder.join("auth"));
        [az, azd, token].into_iter().flatten().collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

fn az_folder(env: &BTreeMap<String, Secret>) -> Option<PathBuf> {
    set(env, "AZURE_CONFIG_DIR").map(PathBuf::from).or_else(|| in_home(env, ".azure"))
}

fn azd_folder(env: &BTreeMap<String, Secret>) -> Option<PathBuf> {
    set(env, "AZD_CONFIG_DIR").map(PathBuf::from).or_else(|| in_home(env, ".azd"))
}

/// A GUID, or a domain for a tenant.
pub(crate) fn id(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    if !text.is_empty() && text.len() <= 128 && text.bytes().all(good) {
        Ok(text.to_owned())
    } else {
        Err("an id such as `00000000-1111-2222-3333-444444444444`")
    }
}

const DECIDING: &[&str] = &[
    "HOME",
    "USERPROFILE",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
    "AZURE_TOKEN_CREDENTIALS",
    "AZURE_CONFIG_DIR",
    "AZD_CONFIG_DIR",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "SYSTEM_ACCESSTOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "AZURESUBSCRIPTION_CLIENT_ID",
    "AZURESUBSCRIPTION_TENANT_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    SERVICE_ACCOUNT_TOKEN,
];

pub(super) const REACHING: &[&str] =
    &["AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "AZURE_CORE_COLLECT_TELEMETRY", "REQUESTS_CA_BUNDLE"];

//! A Google identity: Application Default Credentials, or one source of them, and a service account to impersonate.
//!
//! The variables are those of the Google Cloud client libraries and of the gcloud CLI.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{LoginUse, in_home, set};
use crate::{
    config::reader::Reader,
    kind,
    token::{SERVICE_ACCOUNT_TOKEN, TokenSource, Tokens, absolute},
};

/// Settings of a Google identity; all absent means Application Default Credentials under the caller's variables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The only place to look at; by default all of them in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// A credential file; wins over the caller's `GOOGLE_APPLICATION_CREDENTIALS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_file: Option<PathBuf>,
    /// The account of the metadata server; `default` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The e-mail address of a service account to impersonate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// Service accounts on the way there, each of which may act for the next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delegates: Vec<String>,
    /// How long the service account's token lasts; an hour by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Duration>,
    /// `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`, or a workforce pool's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The token that the provider takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Box<TokenSource>>,
    /// The project that a workforce pool's use is charged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_project: Option<String>,
    /// `googleapis.com`, or a sovereign cloud's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universe_domain: Option<String>,
    /// Hosts beside Google's that a credential file may send secrets to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_hosts: Vec<String>,
    /// Another Security Token Service: the URL before `/v1/token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts_endpoint: Option<String>,
    /// Another IAM Credentials API: the URL before `/v1/projects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam_endpoint: Option<String>,
    /// Further variables of the caller, for an executable of a credential file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forward: Vec<String>,
}

/// One of the places where Google credentials are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The metadata server of a machine in Google Cloud.
    Metadata,
    /// The gcloud CLI's own account.
    Gcloud,
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Self {
        let one_way = ["source", "credentials_file", "provider"].map(|key| table.has(key));
        if one_way.iter().filter(|is_there| **is_there).count() > 1 {
            table.fault_here("`source`, `credentials_file` and `provider` exclude each other");
        }
        if table.has("provider") != table.has("token") {
            table.fault_here("`provider` and `token` belong together");
        }
        for (key, whole, owner) in [
            ("delegates", "impersonation", "service_account"),
            ("lifetime", "impersonation", "service_account"),
            ("iam_endpoint", "impersonation", "service_account"),
            ("user_project", "federation", "provider"),
            ("sts_endpoint", "federation", "provider"),
        ] {
            if table.has(key) && !table.has(owner) {
                table.fault_here(format!("`{key}` belongs to {whole}, and `{owner}` is missing"));
            }
        }
        Self {
            source: table.text("source", |text| match text {
                "metadata" => Ok(Source::Metadata),
                "gcloud" => Ok(Source::Gcloud),
                _ => Err("`metadata` or `gcloud`"),
            }),
            credentials_file: table.text("credentials_file", absolute),
            account: table.text("account", account),
            service_account: table.text("service_account", account),
            delegates: checked(table, "delegates", account),
            lifetime: table.duration("lifetime", SHORTEST_LIFE, LONGEST_LIFE),
            provider: table.text("provider", provider),
            token: TokenSource::named(table, tokens),
            user_project: table.string("user_project"),
            universe_domain: table.text("universe_domain", host),
            trusted_hosts: checked(table, "trusted_hosts", host_and_port),
            sts_endpoint: table.text("sts_endpoint", kind::checked_endpoint),
            iam_endpoint: table.text("iam_endpoint", kind::checked_endpoint),
            forward: table.strings("forward").unwrap_or_default(),
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
        let forward = self.forward.iter().map(String::as_str);
        let has_file = self.source.is_none() && self.provider.is_none();
        let aws: &[&str] = if has_file { AWS_KEYS } else { &[] };
        DECIDING.iter().chain(aws).copied().chain(forward).collect()
    }

    pub(super) fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let named = self.credentials_file.clone();
        let of_caller = set(env, "GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from);
        let given = ["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"]
            .into_iter()
            .filter_map(|name| set(env, name).map(PathBuf::from));
        let gcloud = gcloud_folder(env).into_iter().flat_map(|folder| GCLOUD.map(|name| folder.join(name)));
        named.or(of_caller).into_iter().chain(given).chain(gcloud).collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let is_direct = self.provider.is_some() && self.service_account.is_none();
        is_direct.then(|| DIRECT.to_owned()).into_iter().collect()
    }
}

/// As the gcloud CLI finds it.
fn gcloud_folder(env: &BTreeMap<String, Secret>) -> Option<PathBuf> {
    let set = |name: &str| set(env, name).map(PathBuf::from);
    set("CLOUDSDK_CONFIG")
        .or_else(|| Some(set("APPDATA")?.join("gcloud")))
        .or_else(|| in_home(env, ".config/gcloud"))
}

/// A list of which every entry passes the check.
fn checked(
    table: &mut Reader<'_>,
    key: &'static str,
    check: fn(&str) -> Result<String, &'static str>,
) -> Vec<String> {
    let entries = table.strings(key).unwrap_or_default();
    if let Some(wanted) = entries.iter().find_map(|entry| check(entry).err()) {
        table.fault_here(format!("every entry of `{key}` must be {wanted}"));
    }
    entries
}

/// `NAME@PROJECT.iam.gserviceaccount.com`, or a name that Google makes.
fn account(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"@.-_".contains(&b);
    let is_good = text.contains('@') && text.len() <= 254 && text.bytes().all(good);
    if is_good { Ok(text.to_owned()) } else { Err("the e-mail address of a service account") }
}

/// Without the prefix `//iam.googleapis.com/`, which may be there with `https:` or without.
fn provider(text: &str) -> Result<String, &'static str> {
    let name = text.strip_prefix("https:").unwrap_or(text);
    let name = name.strip_prefix("//iam.googleapis.com/").unwrap_or(name);
    let parts: Vec<&str> = name.split('/').collect();
    let is_word = |word: &&str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let is_good = match parts.as_slice() {
        ["projects", project, "locations", place, "workloadIdentityPools", pool, "providers", one] => {
            [project, place, pool, one].into_iter().all(is_word)
        }
        ["locations", place, "workforcePools", pool, "providers", one] => {
            [place, pool, one].into_iter().all(is_word)
        }
        _ => false,
    };
    if is_good {
        Ok(name.to_owned())
    } else {
        Err("`projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`")
    }
}

/// A name or an address, without scheme, path or star.
fn host_and_port(text: &str) -> Result<String, &'static str> {
    let end = if text.starts_with('[') {
        text.find(']').map_or(0, |at| at + 1)
    } else {
        text.find(':').unwrap_or(text.len())
    };
    let (host, port) = text.split_at(end);
    let is_good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    if !host.is_empty() && host.bytes().all(is_good) && is_port {
        Ok(text.to_owned())
    } else {
        Err("a host such as `idp.corp.example`, or with its port `idp.corp.example:8443`")
    }
}

fn host(text: &str) -> Result<String, &'static str> {
    let is_good = text.contains('.')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    if is_good { Ok(text.to_owned()) } else { Err("a domain such as `googleapis.com`") }
}

const DECIDING: &[&str] = &[
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
    "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES",
    "CLOUDSDK_CONFIG",
    "CLOUDSDK_ACTIVE_CONFIG_NAME",
    "CLOUDSDK_CORE_ACCOUNT",
    "CLOUDSDK_AUTH_ACCESS_TOKEN",
    "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
    "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
    "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
    "GCE_METADATA_HOST",
    "GCE_METADATA_ROOT",
    "GCE_METADATA_IP",
    "NO_GCE_CHECK",
    SERVICE_ACCOUNT_TOKEN,
];

/// For credential files that prove an identity of AWS.
const AWS_KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

pub(super) const REACHING: &[&str] =
    &["GCE_METADATA_TIMEOUT", "CLOUDSDK_PYTHON", "AWS_REGION", "AWS_DEFAULT_REGION"];

/// What `gcloud auth login`, `gcloud auth application-default login` and `gcloud config` write.
const GCLOUD: [&str; 5] = [
    "application_default_credentials.json",
    "active_config",
    "config_sentinel",
    "configurations",
    "credentials.db",
];
const DIRECT: &str = "a credential made from the token directly ends with that token, often after 5 minutes; \
     to get an hour, name a `service_account` that the provider's principals may impersonate";
/// What Google allows: an hour, and twelve for accounts that an organization's policy lists.
const SHORTEST_LIFE: Duration = Duration::from_secs(600);
const LONGEST_LIFE: Duration = Duration::from_secs(43_200);

//! An AWS identity: the SDK's default chain, or a profile, and roles to assume from there.
//!
//! The variables are those that the AWS SDKs and the CLI read (AWS SDKs and Tools Reference Guide,
//! "Environment variables").

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

/// Settings of an AWS identity; all absent means the default chain under the caller's variables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// A profile of the caller's AWS configuration; wins over the caller's `AWS_PROFILE` and keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Roles to assume, each with the credentials of the one before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The region whose STS is asked; by default the caller's, then the registry's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Another STS endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts_endpoint: Option<String>,
    /// Further variables of the caller, for a `credential_process`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forward: Vec<String>,
}

/// One step of a role chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// `arn:aws:iam::123456789012:role/name`
    pub role_arn: String,
    /// What the role's trust policy asks for as `sts:ExternalId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The session's name, seen in CloudTrail; `shorepass` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_name: Option<String>,
    /// How long the session lasts; by default what STS gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
}

impl Identity {
    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        DECIDING.iter().copied().chain(self.forward.iter().map(String::as_str)).collect()
    }
}

pub(super) fn files(env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
    let named =
        |variable: &str, file: &str| set(env, variable).map(PathBuf::from).or_else(|| in_home(env, file));
    [named("AWS_CONFIG_FILE", "config"), named("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
        .into_iter()
        .flatten()
        .collect()
}

/// `aws sso login` and `aws login` write new files there; agents renew token files.
pub(super) fn sign_ins(env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
    let token = |variable: &str| set(env, variable).map(PathBuf::from);
    [
        in_home(env, "sso/cache"),
        in_home(env, "login/cache"),
        token("AWS_WEB_IDENTITY_TOKEN_FILE"),
        token("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn in_home(env: &BTreeMap<String, Secret>, name: &str) -> Option<PathBuf> {
    let home = set(env, "HOME").or_else(|| set(env, "USERPROFILE"))?;
    Some(PathBuf::from(home).join(".aws").join(name))
}

fn set<'a>(env: &'a BTreeMap<String, Secret>, name: &str) -> Option<&'a str> {
    env.get(name).map(Secret::expose).filter(|value| !value.is_empty())
}

const DECIDING: &[&str] = &[
    "HOME",
    "USERPROFILE",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_ECR",
    "AWS_ENDPOINT_URL_ECR_PUBLIC",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

pub(super) const REACHING: &[&str] = &[
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_MAX_ATTEMPTS",
];

//! An AWS identity: the SDK's default chain, or a profile, and roles to assume from there.
//!
//! The variables are those that the AWS SDKs and the CLI read (AWS SDKs and Tools Reference Guide,
//! "Environment variables").

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{LoginUse, in_home, set};
use crate::{
    config::reader::Reader,
    kind,
    token::{SERVICE_ACCOUNT_TOKEN, TokenSource, Tokens},
};

/// Settings of an AWS identity; all absent means the default chain under the caller's variables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// A profile of the caller's AWS configuration; wins over the caller's `AWS_PROFILE` and keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The token that the first role is assumed with; no keys are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Box<TokenSource>>,
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
    pub(crate) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Self {
        let role = |table: &mut Reader<'_>, is_chained: bool| {
            let role_arn = table.text("role_arn", role_arn);
            let (external_id, session_name) =
                (table.string("external_id"), table.text("session_name", session_name));
            let duration = table.duration("duration", SHORTEST_SESSION, LONGEST_SESSION);
            if is_chained && duration.is_some_and(|duration| duration > LONGEST_CHAINED_SESSION) {
                table.fault_here("`duration` of a role that is assumed from a role is 1h at most");
            }
            role_arn.map(|role_arn| Role { role_arn, external_id, session_name, duration })
        };

        let mut roles = Vec::new();
        let is_alone = table.has("role_arn");
        for key in ["external_id", "session_name", "duration"] {
            if !is_alone && table.has(key) {
                table.fault_here(format!("`{key}` belongs to a role, and `role_arn` is missing"));
            }
        }
        roles.extend(role(table, false));
        if is_alone && table.has("roles") {
            table.fault_here("`role_arn` and `roles` exclude each other: put the first role into `roles`");
        }
        for (at, mut inner) in table.tables("roles").into_iter().enumerate() {
            if !inner.has("role_arn") {
                inner.fault_here("a role needs the key `role_arn`");
            }
            roles.extend(role(&mut inner, at > 0));
            inner.finish();
        }

        if table.has("token") && roles.first().is_some_and(|role| role.external_id.is_some()) {
            table.fault_here(
                "`external_id` is not for a role that is assumed with a token: STS takes none there",
            );
        }
        if table.has("profile") && table.has("token") {
            table.fault_here("`profile` and `token` exclude each other");
        }
        Self {
            profile: table.string("profile"),
            token: TokenSource::named(table, tokens),
            roles,
            region: table.text("region", kind::aws_region),
            sts_endpoint: table.text("sts_endpoint", kind::checked_endpoint),
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
        DECIDING.iter().copied().chain(self.forward.iter().map(String::as_str)).collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let named =
            |variable: &str, file: &str| set(env, variable).map(PathBuf::from).or_else(|| in_home(env, file));
        [named("AWS_CONFIG_FILE", ".aws/config"), named("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")]
            .into_iter()
            .flatten()
            .collect()
    }

    /// `aws sso login` and `aws login` write new files there; agents renew token files.
    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let token = |variable: &str| set(env, variable).map(PathBuf::from);
        [
            in_home(env, ".aws/sso/cache"),
            in_home(env, ".aws/login/cache"),
            token("AWS_WEB_IDENTITY_TOKEN_FILE"),
            token("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, where path and name are `[\w+=,.@/-]+`.
pub(crate) fn role_arn(text: &str) -> Result<String, &'static str> {
    let is_partition =
        |text: &str| text.starts_with("aws") && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@/-".contains(&b))
    };
    let mut parts = text.splitn(6, ':');
    let is_good = parts.next() == Some("arn")
        && parts.next().is_some_and(is_partition)
        && parts.next() == Some("iam")
        && parts.next() == Some("")
        && parts.next().is_some_and(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()))
        && parts.next().is_some_and(|role| role.strip_prefix("role/").is_some_and(is_name));
    if is_good { Ok(text.to_owned()) } else { Err("a role such as `arn:aws:iam::123456789012:role/NAME`") }
}

/// `[\w+=,.@-]{2,64}`
fn session_name(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if (2..=64).contains(&text.len()) && text.bytes().all(good) {
        Ok(text.to_owned())
    } else {
        Err("2 to 64 letters, digits or `_+=,.@-`")
    }
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
    SERVICE_ACCOUNT_TOKEN,
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

/// What STS allows: a session lasts 15 minutes to 12 hours.
const SHORTEST_SESSION: Duration = Duration::from_secs(900);
const LONGEST_SESSION: Duration = Duration::from_secs(43_200);
/// Of a role that is assumed with a role's session, whatever that role allows.
pub const LONGEST_CHAINED_SESSION: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_word_of_what_iam_allows() {
        for name in ["ci-pull", "path/to/A_b+=,.@-9"] {
            let arn = format!("arn:aws-cn:iam::123456789012:role/{name}");
            assert_eq!(role_arn(&arn), Ok(arn.clone()));
        }
        for arn in [
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::123456789012:role/a`",
            "arn:aws:iam::123456789012:role/a\n",
            "arn:aws:iam::123456789012:role/a\u{1b}[31m",
            "arn:aws:iam::123456789012:role/a:b",
            "arn:aws:iam::123456789012:role/ä",
            "arn:aws` x:iam::123456789012:role/a",
            "arn:aws:iam::12345678901:role/a",
            "arn:aws:iam::123456789012:user/a",
        ] {
            assert!(role_arn(arn).is_err(), "{arn:?}");
        }
    }
}

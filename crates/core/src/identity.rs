//! Identities: who we are to a cloud, and what of the caller's surroundings decides it.
//!
//! An identity is settings only; using it is the exchange's work. A type is one file here and one in
//! `exchange/src/identity/`; its line in `identities!` is all that the rest of this crate needs.

#[macro_use]
mod list;
mod aws;
mod azure;
mod github;
mod gitlab;
mod google;
mod oidc;
mod stored;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::{
    config::reader::Reader,
    token::{TokenSource, Tokens},
};

pub use aws::{Identity as AwsIdentity, LONGEST_CHAINED_SESSION, Role as AwsRole};
pub use azure::{Identity as AzureIdentity, Source as AzureSource};
pub use github::{
    App as GithubApp, AppKey as GithubAppKey, Identity as GithubIdentity, Installation as GithubInstallation,
    Source as GithubSource,
};
pub use gitlab::{Identity as GitlabIdentity, Source as GitlabSource};
pub use google::{Identity as GoogleIdentity, Source as GoogleSource};
pub use oidc::Identity as OidcIdentity;
pub use stored::Identity as StoredIdentity;
pub(crate) use {aws::role_arn, azure::id as azure_id};

identities! {
    "aws" => Aws(aws),
    "google" => Google(google),
    "azure" => Azure(azure),
    "github" => Github(github),
    "gitlab" => Gitlab(gitlab),
    "oidc" => Oidc(oidc),
    "stored" => Stored(stored),
}

/// Which stored login an identity may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginUse<'a> {
    /// None.
    None,
    /// The registry's own, or that of the namespace that is asked for.
    OfRegistry,
    /// The one of that name.
    Named(&'a str),
}

/// How the caller's vault is reached.
pub const VAULT: &[&str] =
    &["HOME", "USERPROFILE", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];

/// What any HTTPS client and any command started by one may need.
pub const REACHING: &[&str] = &[
    "PATH",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// A variable that is there and not empty.
fn set<'a>(env: &'a BTreeMap<String, Secret>, name: &str) -> Option<&'a str> {
    env.get(name).map(Secret::expose).filter(|value| !value.is_empty())
}

/// A place in the caller's home.
fn in_home(env: &BTreeMap<String, Secret>, place: &str) -> Option<PathBuf> {
    let home = set(env, "HOME").or_else(|| set(env, "USERPROFILE"))?;
    Some(PathBuf::from(home).join(place))
}

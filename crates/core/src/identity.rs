//! Identities: who we are to a cloud, and what of the caller's surroundings decides it.
//!
//! An identity is settings only; using it is the exchange's work.

mod aws;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

pub use aws::{Identity as AwsIdentity, Role as AwsRole};

/// Which cloud's identity a registry kind needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityType {
    /// Amazon Web Services.
    Aws,
}

impl IdentityType {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Aws];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
        }
    }

    /// The cloud's own default chain.
    #[must_use]
    pub fn default_identity(self) -> Identity {
        match self {
            Self::Aws => Identity::Aws(AwsIdentity::default()),
        }
    }
}

/// Who we are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Identity {
    /// Amazon Web Services.
    Aws(AwsIdentity),
}

impl Identity {
    /// Which cloud's it is.
    #[must_use]
    pub fn identity_type(&self) -> IdentityType {
        match self {
            Self::Aws(_) => IdentityType::Aws,
        }
    }

    /// The caller's variables that decide who we are: they enter the scope.
    #[must_use]
    pub fn deciding_variables(&self) -> Vec<&str> {
        match self {
            Self::Aws(aws) => aws.deciding_variables(),
        }
    }

    /// The caller's variables that only help to get there, such as proxies: forwarded, not part of the scope.
    #[must_use]
    pub fn reaching_variables(&self) -> Vec<&str> {
        match self {
            Self::Aws(_) => [aws::REACHING, REACHING].concat(),
        }
    }

    /// The files and folders that change when somebody signs in.
    #[must_use]
    pub fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        match self {
            Self::Aws(_) => aws::sign_ins(env),
        }
    }

    /// The files whose change decides anew who we are.
    #[must_use]
    pub fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        match self {
            Self::Aws(_) => aws::files(env),
        }
    }
}

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

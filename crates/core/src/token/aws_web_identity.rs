//! An AWS workload that proves to somebody else who it is: STS's `GetWebIdentityToken`.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{Settings, Tokens, audience, needed};
use crate::{
    config::reader::Reader,
    identity::{Identity, IdentityType},
};

/// STS, asked by an AWS identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whom the token is for.
    pub audience: String,
    /// How long it lives; five minutes by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Duration>,
    /// How it is signed.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// Who asks: always an AWS identity.
    pub identity: Box<Identity>,
}

/// `SigningAlgorithm`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSA with SHA-256, which every verifier knows.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-384.
    #[serde(rename = "ES384")]
    Es384,
}

impl Settings for Source {
    /// Beside its own keys those of an AWS identity.
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "aws-web-identity", "audience");
        if table.has("token") {
            table.fault_here(
                "a token from `aws-web-identity` is asked for by keys of AWS's, not by another token",
            );
        }
        let lifetime = table.duration("lifetime", Duration::from_secs(60), Duration::from_secs(3600));
        let algorithm = table.text("algorithm", |text| match text {
            "RS256" => Ok(Algorithm::Rs256),
            "ES384" => Ok(Algorithm::Es384),
            _ => Err("`RS256` or `ES384`"),
        });
        let audience = table.text("audience", audience);
        let identity = Box::new(IdentityType::Aws.read(table, &Tokens::new()));
        Some(Self { audience: audience?, lifetime, algorithm: algorithm.unwrap_or_default(), identity })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        self.identity.deciding_variables()
    }

    fn reaching_variables(&self) -> Vec<&str> {
        self.identity.reaching_variables()
    }

    fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        self.identity.files(env)
    }

    fn sign_ins(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        self.identity.sign_ins(env)
    }
}

//! Identity pools: whose tokens they take, and on what conditions.

use std::time::SystemTime;

use serde_json::Value;
use shorepass_secret::Secret;

use crate::cloud::{Issuer, aws::policy::matches};

/// A provider of a workload or workforce identity pool.
#[derive(Debug, Clone)]
pub struct PoolProvider {
    pub(in crate::cloud) name: String,
    pub(in crate::cloud) proof: Proof,
    pub(in crate::cloud) conditions: Vec<Condition>,
    pub(in crate::cloud) clients: Vec<(String, Secret)>,
    pub(in crate::cloud) is_disabled: bool,
}

/// What proves an identity to a provider.
#[derive(Debug, Clone)]
pub(in crate::cloud) enum Proof {
    /// Tokens of an issuer; without audiences of its own the provider's name is the audience.
    Oidc { issuer: Issuer, audiences: Vec<String> },
    /// A signed `GetCallerIdentity` of an account.
    Aws { account: String },
}

/// A claim that must have a value; stars match anything.
#[derive(Debug, Clone)]
pub(in crate::cloud) struct Condition {
    claim: String,
    pattern: String,
}

impl PoolProvider {
    /// A provider by its full resource name, for tokens of an issuer.
    #[must_use]
    pub fn oidc(name: &str, issuer: Issuer) -> Self {
        Self::new(name, Proof::Oidc { issuer, audiences: Vec::new() })
    }

    /// A provider by its full resource name, for the people and roles of an AWS account.
    #[must_use]
    pub fn aws(name: &str, account: &str) -> Self {
        Self::new(name, Proof::Aws { account: account.into() })
    }

    fn new(name: &str, proof: Proof) -> Self {
        let (conditions, clients) = (Vec::new(), Vec::new());
        Self { name: name.into(), proof, conditions, clients, is_disabled: false }
    }

    /// With an allowed audience more; the first takes the place of the provider's own name.
    #[must_use]
    pub fn audience(mut self, audience: &str) -> Self {
        if let Proof::Oidc { audiences, .. } = &mut self.proof {
            audiences.push(audience.into());
        }
        self
    }

    /// With an OAuth client, as workforce pools can have.
    #[must_use]
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        self.clients.push((id.into(), Secret::new(secret)));
        self
    }

    /// From now on takes only those whose claim has this value, as an attribute condition says; stars match
    /// anything.
    pub fn require(&mut self, claim: &str, pattern: &str) {
        self.conditions.push(Condition { claim: claim.into(), pattern: pattern.into() });
    }

    /// From now on takes nobody.
    pub fn disable(&mut self) {
        self.is_disabled = true;
    }

    /// From now on the issuer has another key.
    pub fn rotate_key(&mut self) {
        if let Proof::Oidc { issuer, .. } = &mut self.proof {
            *issuer = issuer.rotated();
        }
    }

    /// The full resource name, for `audience`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The issuer, unless this is AWS.
    #[must_use]
    pub fn issuer(&self) -> Option<&Issuer> {
        match &self.proof {
            Proof::Oidc { issuer, .. } => Some(issuer),
            Proof::Aws { .. } => None,
        }
    }

    /// How IAM names a subject of the pool as a member.
    #[must_use]
    pub fn principal(&self, subject: &str) -> String {
        let pool = self.name.split_once("/providers/").map_or(self.name.as_str(), |(pool, _)| pool);
        format!("principal:{pool}/subject/{subject}")
    }

    pub(in crate::cloud) fn is_workforce(&self) -> bool {
        self.name.contains("/workforcePools/")
    }

    pub(in crate::cloud) fn accepts(&self, claims: &Value) -> bool {
        self.conditions.iter().all(|condition| {
            claims[&condition.claim].as_str().is_some_and(|value| matches(&condition.pattern, value))
        })
    }
}

/// An AWS access key and whose it is.
#[derive(Debug, Clone)]
pub struct AwsKey {
    /// `AKIA…` or `ASIA…`
    pub id: String,
    /// The secret access key.
    pub secret: Secret,
    /// What must come along when the key is temporary.
    pub session_token: Option<Secret>,
    /// When a temporary key ends.
    pub expires_at: Option<SystemTime>,
    /// The user's ARN, or the role session's.
    pub arn: String,
}

impl AwsKey {
    /// A user's key.
    #[must_use]
    pub fn of_user(arn: &str, id: &str, secret: &str) -> Self {
        let secret = Secret::new(secret);
        Self { id: id.into(), secret, session_token: None, expires_at: None, arn: arn.into() }
    }

    /// A temporary key until its end.
    #[must_use]
    pub fn temporary(mut self, session_token: &str, expires_at: SystemTime) -> Self {
        self.session_token = Some(Secret::new(session_token));
        self.expires_at = Some(expires_at);
        self
    }

    pub(in crate::cloud) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }
}

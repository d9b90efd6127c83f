//! Users and roles: their keys, who trusts whom, and what they must not do.

use std::{collections::BTreeSet, time::Duration};

use shorepass_secret::Secret;

use crate::cloud::random;

/// A user with a static key.
#[derive(Debug, Clone)]
pub struct User {
    pub(in crate::cloud) arn: String,
    pub(in crate::cloud) id: String,
    pub(in crate::cloud) access_key_id: String,
    pub(in crate::cloud) secret_access_key: Secret,
    pub(in crate::cloud) denied: BTreeSet<String>,
}

impl User {
    /// A user by ARN (`arn:aws:iam::123456789012:user/alice`) with a fresh key.
    #[must_use]
    pub fn new(arn: &str) -> Self {
        Self {
            arn: arn.into(),
            id: random::identifier("AIDA"),
            access_key_id: random::identifier("AKIA"),
            secret_access_key: Secret::new(random::base64_text(40)),
            denied: BTreeSet::new(),
        }
    }

    /// With this key instead.
    #[must_use]
    pub fn keys(mut self, access_key_id: &str, secret_access_key: &str) -> Self {
        self.access_key_id = access_key_id.into();
        self.secret_access_key = Secret::new(secret_access_key);
        self
    }

    /// Not allowed to do this, such as `ecr:GetAuthorizationToken`.
    #[must_use]
    pub fn denied(mut self, action: &str) -> Self {
        self.deny(action);
        self
    }

    /// From now on not allowed to do this.
    pub fn deny(&mut self, action: &str) {
        self.denied.insert(action.into());
    }

    /// From now on allowed to do this again.
    pub fn allow(&mut self, action: &str) {
        self.denied.remove(action);
    }

    /// The last part of the ARN.
    #[must_use]
    pub fn name(&self) -> &str {
        last_part(&self.arn)
    }

    /// The key's id.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The key.
    #[must_use]
    pub fn secret_access_key(&self) -> &Secret {
        &self.secret_access_key
    }
}

/// A role and its trust policy.
#[derive(Debug, Clone)]
pub struct Role {
    pub(in crate::cloud) arn: String,
    pub(in crate::cloud) id: String,
    pub(in crate::cloud) trusted: Vec<String>,
    pub(in crate::cloud) external_id: Option<String>,
    pub(in crate::cloud) web: Vec<WebTrust>,
    pub(in crate::cloud) longest_session: Duration,
    pub(in crate::cloud) denied: BTreeSet<String>,
}

/// Which tokens of an OIDC issuer a role trusts.
#[derive(Debug, Clone)]
pub struct WebTrust {
    /// The issuer's URL.
    pub issuer: String,
    /// What `aud` must be, when the trust policy says so.
    pub audience: Option<String>,
    /// What `sub` must be; stars match anything.
    pub subject: String,
}

impl Role {
    /// A role by ARN (`arn:aws:iam::123456789012:role/deploy`) that trusts nobody and lasts an hour.
    #[must_use]
    pub fn new(arn: &str) -> Self {
        Self {
            arn: arn.into(),
            id: random::identifier("AROA"),
            trusted: Vec::new(),
            external_id: None,
            web: Vec::new(),
            longest_session: Duration::from_secs(3600),
            denied: BTreeSet::new(),
        }
    }

    /// Trusts a user, a role, a role session, or with `…:root` a whole account.
    #[must_use]
    pub fn trusts(mut self, principal_arn: &str) -> Self {
        self.trusted.push(principal_arn.into());
        self
    }

    /// Wants this `ExternalId`.
    #[must_use]
    pub fn external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.into());
        self
    }

    /// Trusts tokens of an OIDC issuer whose subject is this; stars match anything.
    #[must_use]
    pub fn trusts_tokens(mut self, issuer: &str, audience: Option<&str>, subject: &str) -> Self {
        self.web.push(WebTrust {
            issuer: issuer.into(),
            audience: audience.map(str::to_owned),
            subject: subject.into(),
        });
        self
    }

    /// The role's maximum session duration.
    #[must_use]
    pub fn longest_session(mut self, longest: Duration) -> Self {
        self.longest_session = longest;
        self
    }

    /// Not allowed to do this, such as `ecr:GetAuthorizationToken`.
    #[must_use]
    pub fn denied(mut self, action: &str) -> Self {
        self.deny(action);
        self
    }

    /// From now on not allowed to do this.
    pub fn deny(&mut self, action: &str) {
        self.denied.insert(action.into());
    }

    /// From now on allowed to do this again.
    pub fn allow(&mut self, action: &str) {
        self.denied.remove(action);
    }

    /// From now on trusts nobody.
    pub fn distrust(&mut self) {
        self.trusted.clear();
        self.web.clear();
    }

    /// The last part of the ARN.
    #[must_use]
    pub fn name(&self) -> &str {
        last_part(&self.arn)
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

//! Which service accounts there are, and who may make tokens of which.

use crate::cloud::{Issuer, stand::Standard};

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) issuer: Issuer,
    pub(super) accounts: Vec<String>,
    rules: Vec<(String, String)>,
}

impl World {
    /// With a service account more.
    #[must_use]
    pub fn account(mut self, namespace: &str, name: &str) -> Self {
        self.accounts.push(subject(namespace, name));
        self
    }

    /// With a role that lets the first, by namespace and name, create tokens of the second.
    #[must_use]
    pub fn allow(mut self, who: (&str, &str), whose: (&str, &str)) -> Self {
        self.rules.push((subject(who.0, who.1), subject(whose.0, whose.1)));
        self
    }

    /// From now on nobody may create anything.
    pub fn forbid(&mut self) {
        self.rules.clear();
    }

    /// From now on tokens of another key are believed.
    pub fn rotate_key(&mut self) {
        self.issuer = self.issuer.rotated();
    }

    pub(super) fn allows(&self, who: &str, whose: &str) -> bool {
        self.rules.iter().any(|(one, other)| one == who && other == whose)
    }
}

impl Standard for World {
    /// The accounts `ci/runner` and `shore/builder`; the first may create tokens of the second.
    fn standard() -> Self {
        let world = Self { issuer: Issuer::es256(CLUSTER_ISSUER), accounts: Vec::new(), rules: Vec::new() };
        world
            .account("ci", "runner")
            .account("shore", "builder")
            .allow(("ci", "runner"), ("shore", "builder"))
    }
}

/// As tokens and rules name an account.
pub(super) fn subject(namespace: &str, name: &str) -> String {
    format!("system:serviceaccount:{namespace}:{name}")
}

/// The issuer of the cluster, and the audience of the tokens that its API server takes.
pub const CLUSTER_ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

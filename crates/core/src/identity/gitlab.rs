//! Who we are to GitLab: a job, a deploy token of a job's project, or a stored token.
//!
//! The variables are those that GitLab sets in its jobs ("Predefined CI/CD variables reference").

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{LoginUse, stored::login_name};
use crate::{
    config::reader::Reader,
    token::{TokenSource, Tokens},
};

/// Settings of a GitLab identity; all absent means job, deploy token and a stored login, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The only place to look at; by default the first that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The stored login's name, as in `shorepass vault put NAME`; by default the registry's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
}

/// One of the places where GitLab credentials are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The running job's own login.
    Job,
    /// The deploy token that a project shows to its jobs.
    DeployToken,
    /// A login in the vault.
    Stored,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Job, Self::DeployToken, Self::Stored];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::DeployToken => "deploy-token",
            Self::Stored => "stored",
        }
    }
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, _tokens: &Tokens) -> Self {
        let source = table.text("source", |text| {
            let found = Source::ALL.into_iter().find(|source| source.name() == text);
            found.ok_or("one of the sources: `job`, `deploy-token`, `stored`")
        });
        let login = table.text("login", login_name);
        if login.is_some() && source.is_some_and(|source| source != Source::Stored) {
            table.fault_here("`login` is for the source `stored` only");
        }
        Self { source, login }
    }

    /// The places to look at, in their order.
    #[must_use]
    pub fn sources(&self) -> &'static [Source] {
        match (self.source, &self.login) {
            (Some(Source::Job), _) => &[Source::Job],
            (Some(Source::DeployToken), _) => &[Source::DeployToken],
            (Some(Source::Stored), _) | (None, Some(_)) => &[Source::Stored],
            (None, None) => &Source::ALL,
        }
    }

    pub(super) fn login(&self) -> LoginUse<'_> {
        match &self.login {
            Some(name) => LoginUse::Named(name),
            None if self.sources().contains(&Source::Stored) => LoginUse::OfRegistry,
            None => LoginUse::None,
        }
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn token(&self) -> Option<&TokenSource> {
        None
    }

    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        let of = |source: &Source| match source {
            Source::Job => JOB,
            Source::DeployToken => DEPLOY_TOKEN,
            Source::Stored => &[],
        };
        let mut names: Vec<&str> = self.sources().iter().flat_map(of).copied().collect();
        if !names.is_empty() {
            names.push("CI_REGISTRY");
        }
        names
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn files(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

const JOB: &[&str] = &["CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD", "CI_JOB_TOKEN"];
const DEPLOY_TOKEN: &[&str] = &["CI_DEPLOY_USER", "CI_DEPLOY_PASSWORD"];

pub(super) const REACHING: &[&str] = super::VAULT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_source_looks_at_is_asked_for() {
        let of = |source| Identity { source: Some(source), ..Identity::default() };

        assert_eq!(of(Source::Stored).deciding_variables(), Vec::<&str>::new());
        assert_eq!(
            of(Source::DeployToken).deciding_variables(),
            ["CI_DEPLOY_USER", "CI_DEPLOY_PASSWORD", "CI_REGISTRY"]
        );
        assert_eq!(Identity::default().deciding_variables().len(), 6);
    }

    #[test]
    fn who_names_a_login_means_that_one() {
        let named = Identity { login: Some("bot".into()), ..Identity::default() };

        assert_eq!((named.login(), named.sources()), (LoginUse::Named("bot"), &[Source::Stored][..]));
        assert_eq!(Identity::default().login(), LoginUse::OfRegistry);
        let job = Identity { source: Some(Source::Job), ..Identity::default() };
        assert_eq!(job.login(), LoginUse::None);
    }
}

//! Container packages, and the jobs that may use them.

use shorepass_secret::Secret;

use crate::cloud::random;

/// A container package.
#[derive(Debug, Clone)]
pub struct Package {
    /// As `OWNER/NAME`; the name may have further parts.
    pub name: String,
    /// Whether only those who are let in may pull.
    pub is_private: bool,
    /// The repository it is linked to.
    pub repository: Option<String>,
    /// Further repositories whose jobs may use it.
    pub action_access: Vec<String>,
    /// People beside the owner and its members.
    pub people: Vec<String>,
}

/// A running job of GitHub Actions.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its `GITHUB_TOKEN`.
    pub token: Secret,
    /// Where it runs.
    pub repository: String,
    /// `read`, `write` or none for packages.
    pub packages: Option<&'static str>,
    /// The token dies with the job.
    pub is_over: bool,
}

impl Package {
    /// A package that everybody may pull.
    #[must_use]
    pub fn public(name: &str) -> Self {
        Self { name: name.into(), is_private: false, repository: None, action_access: vec![], people: vec![] }
    }

    /// A package of its owner.
    #[must_use]
    pub fn private(name: &str) -> Self {
        Self { is_private: true, ..Self::public(name) }
    }

    /// Linked to a repository.
    #[must_use]
    pub fn linked(mut self, repository: &str) -> Self {
        self.repository = Some(repository.into());
        self
    }

    /// The account it belongs to.
    #[must_use]
    pub fn owner(&self) -> &str {
        owner(&self.name)
    }

    pub(crate) fn is_open_to_jobs_of(&self, repository: &str) -> bool {
        let own = self.repository.iter().chain(&self.action_access);
        own.into_iter().any(|open| open == repository)
    }
}

impl Job {
    /// A job in a repository.
    #[must_use]
    pub fn new(repository: &str, packages: Option<&'static str>) -> Self {
        let token = Secret::new(format!("ghs_{}", random::base64_text(36).replace(['+', '/'], "x")));
        Self { token, repository: repository.into(), packages, is_over: false }
    }
}

/// The first part of a name.
pub(crate) fn owner(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

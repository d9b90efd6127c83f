//! Who exists at GitLab, and what belongs to whom.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while it runs.

mod standard;
mod tokens;

pub use self::tokens::{AccessToken, DeployToken, Job};

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) host: String,
    pub(super) registry_host: String,
    pub(super) projects: Vec<Project>,
    pub(super) jobs: Vec<Job>,
    pub(super) deploy_tokens: Vec<DeployToken>,
    pub(super) access_tokens: Vec<AccessToken>,
}

/// A project, which has images below its own path.
#[derive(Debug, Clone)]
pub struct Project {
    /// With its groups.
    pub path: String,
    /// Whether only members may pull.
    pub is_private: bool,
    /// People and bots that may push.
    pub members: Vec<String>,
    /// Other projects whose jobs may pull.
    pub job_allowlist: Vec<String>,
}

impl World {
    /// Nobody, at these two names.
    #[must_use]
    pub fn empty(host: &str, registry_host: &str) -> Self {
        Self {
            host: host.into(),
            registry_host: registry_host.into(),
            projects: vec![],
            jobs: vec![],
            deploy_tokens: vec![],
            access_tokens: vec![],
        }
    }

    /// With a project more.
    #[must_use]
    pub fn project(mut self, project: Project) -> Self {
        self.projects.push(project);
        self
    }

    /// With a running job more.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// With a deploy token more.
    #[must_use]
    pub fn deploy_token(mut self, token: DeployToken) -> Self {
        self.deploy_tokens.push(token);
        self
    }

    /// With a personal, group or project token more.
    #[must_use]
    pub fn access_token(mut self, token: AccessToken) -> Self {
        self.access_tokens.push(token);
        self
    }

    /// The first job of a project.
    #[must_use]
    pub fn find_job(&self, project: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.project == project)
    }

    /// The first job of a project, to be changed.
    pub fn job_mut(&mut self, project: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.project == project)
    }

    /// A deploy token by user name.
    #[must_use]
    pub fn find_deploy_token(&self, username: &str) -> Option<&DeployToken> {
        self.deploy_tokens.iter().find(|token| token.username == username)
    }

    /// A deploy token by user name, to be changed.
    pub fn deploy_token_mut(&mut self, username: &str) -> Option<&mut DeployToken> {
        self.deploy_tokens.iter_mut().find(|token| token.username == username)
    }

    /// The first access token of a person or bot.
    #[must_use]
    pub fn find_access_token(&self, owner: &str) -> Option<&AccessToken> {
        self.access_tokens.iter().find(|token| token.owner == owner)
    }

    /// The first access token of a person or bot, to be changed.
    pub fn access_token_mut(&mut self, owner: &str) -> Option<&mut AccessToken> {
        self.access_tokens.iter_mut().find(|token| token.owner == owner)
    }

    /// A project by path, to be changed.
    pub fn project_mut(&mut self, path: &str) -> Option<&mut Project> {
        self.projects.iter_mut().find(|project| project.path == path)
    }

    /// The project whose path the repository's name begins with.
    pub(super) fn project_of(&self, repository: &str) -> Option<&Project> {
        self.projects.iter().find(|project| is_within(repository, &project.path))
    }
}

impl Project {
    /// A project of its members.
    #[must_use]
    pub fn private(path: &str, members: &[&str]) -> Self {
        let members = members.iter().map(ToString::to_string).collect();
        Self { path: path.into(), is_private: true, members, job_allowlist: vec![] }
    }

    /// A project from which everybody may pull.
    #[must_use]
    pub fn public(path: &str, members: &[&str]) -> Self {
        Self { is_private: false, ..Self::private(path, members) }
    }
}

/// Whether a path is another one or below it.
pub(super) fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

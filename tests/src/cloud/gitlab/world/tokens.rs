//! The tokens that count at GitLab's registry: of jobs, of deployments, and of people and bots.

use std::time::SystemTime;

use shorepass_secret::Secret;

use crate::cloud::random;

/// A running job.
#[derive(Debug, Clone)]
pub struct Job {
    /// `CI_JOB_TOKEN`, which is `CI_REGISTRY_PASSWORD`, too.
    pub token: Secret,
    /// Where it runs.
    pub project: String,
    /// The token dies with the job.
    pub is_over: bool,
}

/// A deploy token of a project or of a group.
#[derive(Debug, Clone)]
pub struct DeployToken {
    /// `gitlab+deploy-token-N`, or a name of its own.
    pub username: String,
    /// `gldt-…`
    pub secret: Secret,
    /// The project or group it is good for.
    pub path: String,
    /// `read_registry` and `write_registry`.
    pub scopes: Vec<String>,
    /// When it ends, if ever.
    pub expires_at: Option<SystemTime>,
    /// Whether it has been taken back.
    pub is_revoked: bool,
}

/// A personal, group or project access token.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The person or bot.
    pub owner: String,
    /// `glpat-…`
    pub secret: Secret,
    /// `read_registry`, `write_registry`, `api` …
    pub scopes: Vec<String>,
    /// When it ends, if ever.
    pub expires_at: Option<SystemTime>,
    /// Whether it has been taken back.
    pub is_revoked: bool,
}

impl Job {
    /// A job in a project.
    #[must_use]
    pub fn new(project: &str) -> Self {
        Self { token: secret("glcbt-64_"), project: project.into(), is_over: false }
    }
}

impl DeployToken {
    /// A token for a project or group.
    #[must_use]
    pub fn new(number: u32, path: &str, scopes: &[&str]) -> Self {
        Self {
            username: format!("gitlab+deploy-token-{number}"),
            secret: secret("gldt-"),
            path: path.into(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_at: None,
            is_revoked: false,
        }
    }
}

impl AccessToken {
    /// A token of a person or bot.
    #[must_use]
    pub fn new(owner: &str, scopes: &[&str]) -> Self {
        Self {
            owner: owner.into(),
            secret: secret("glpat-"),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_at: None,
            is_revoked: false,
        }
    }
}

fn secret(prefix: &str) -> Secret {
    Secret::new(format!("{prefix}{}", random::base64_text(20).replace(['+', '/'], "x")))
}

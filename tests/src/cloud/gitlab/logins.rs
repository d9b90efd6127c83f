//! Whose a login at the registry is, and what that one may do.
//!
//! A job's and a deployment's token count with their own user name only; beside a personal token any name
//! will do.

use std::time::SystemTime;

use super::{
    House,
    world::{AccessToken, DeployToken, Job, World, is_within},
};
use crate::cloud::{ApiError, stand::Site};

/// A login that is good.
#[derive(Debug, Clone)]
pub(super) enum Login {
    Job(Job),
    Deploy(DeployToken),
    Token(AccessToken),
}

pub(super) fn of(site: &Site<House>, username: &str, password: &str) -> Result<Login, ApiError> {
    let (world, now) = (site.world(), site.now());
    let login = find(&world, password).filter(|login| login.goes_with(username) && login.is_live(now));
    let login = login.ok_or_else(|| {
        let message = "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you're required to use a token instead of a password.";
        ApiError::new(401, "UNAUTHORIZED", message)
    })?;
    if login.has("read_registry") || login.has("write_registry") {
        Ok(login)
    } else {
        Err(ApiError::new(403, "DENIED", "access forbidden"))
    }
}

/// The login of whoever has this secret.
pub(super) fn of_secret(site: &Site<House>, password: &str) -> Option<Login> {
    let name = find(&site.world(), password)?.username();
    of(site, &name, password).ok()
}

/// Whether a login, or nobody, may do that in a repository.
pub(super) fn allows(world: &World, login: Option<&Login>, repository: &str, action: &str) -> bool {
    let Some(project) = world.project_of(repository) else { return false };
    let is_read = action == "pull";
    if !project.is_private && is_read {
        return true;
    }
    let Some(login) = login else { return false };
    let is_near = match login {
        Login::Job(job) => {
            job.project == project.path || (is_read && project.job_allowlist.contains(&job.project))
        }
        Login::Deploy(token) => is_within(&project.path, &token.path),
        Login::Token(token) => project.members.contains(&token.owner),
    };
    is_near && login.has(if is_read { "read_registry" } else { "write_registry" })
}

impl Login {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Job(job) => format!("job/{}", job.project),
            Self::Deploy(token) => token.username.clone(),
            Self::Token(token) => token.owner.clone(),
        }
    }

    fn username(&self) -> String {
        match self {
            Self::Job(_) => JOB_USER.into(),
            _ => self.name(),
        }
    }

    pub(super) fn goes_with(&self, username: &str) -> bool {
        match self {
            Self::Token(_) => !username.is_empty(),
            _ => username == self.username(),
        }
    }

    fn is_live(&self, now: SystemTime) -> bool {
        let is_ahead = |end: Option<SystemTime>| end.is_none_or(|end| end > now);
        match self {
            Self::Job(job) => !job.is_over,
            Self::Deploy(token) => !token.is_revoked && is_ahead(token.expires_at),
            Self::Token(token) => !token.is_revoked && is_ahead(token.expires_at),
        }
    }

    fn has(&self, scope: &str) -> bool {
        match self {
            Self::Job(_) => true,
            Self::Deploy(DeployToken { scopes, .. }) | Self::Token(AccessToken { scopes, .. }) => {
                scopes.iter().any(|own| own == scope)
            }
        }
    }
}

/// Dead ones, too.
pub(super) fn find(world: &World, password: &str) -> Option<Login> {
    let job = world.jobs.iter().find(|job| job.token.expose() == password);
    let deploy = || world.deploy_tokens.iter().find(|token| token.secret.expose() == password);
    let token = || world.access_tokens.iter().find(|token| token.secret.expose() == password);
    job.cloned()
        .map(Login::Job)
        .or_else(|| deploy().cloned().map(Login::Deploy))
        .or_else(|| token().cloned().map(Login::Token))
}

const JOB_USER: &str = "gitlab-ci-token";

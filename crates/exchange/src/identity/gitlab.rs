//! Logins of GitLab, as its jobs have them in their variables and as somebody has stored them.
//!
//! A job's logins are for the registry that `CI_REGISTRY` names, and are shown to no other.

use aws_types::os_shim_internal::Env;
use shorepass_core::{
    exchange::{ExchangeError, StoredLogin},
    identity::{GitlabIdentity, GitlabSource as Source},
    registry::Registry,
    vault::Login,
};
use shorepass_secret::Secret;

/// The login of the first place that has one for this registry.
pub(crate) fn find(
    identity: &GitlabIdentity,
    stored: &StoredLogin,
    env: &Env,
    host: &str,
) -> Result<Login, ExchangeError> {
    let mut missing = Vec::new();
    for source in identity.sources() {
        let looked = match source {
            Source::Job => in_job(env, host).and_then(|()| job(env)),
            Source::DeployToken => in_job(env, host).and_then(|()| deploy_token(env)),
            Source::Stored => match stored {
                StoredLogin::Read { found, .. } => Ok(found.clone()),
                StoredLogin::Unread { error, .. } => return Err(error.clone()),
                StoredLogin::None | StoredLogin::At { .. } => Err("no login is stored for it".into()),
            },
        };
        match looked {
            Ok(login) => return Ok(login),
            // Of job and deploy token it is the same.
            Err(why) if missing.contains(&why) => {}
            Err(why) => missing.push(why),
        }
    }
    let message = format!("no login of GitLab was found: {}", missing.join("; "));
    let hint = if identity.sources().contains(&Source::Stored) {
        let command = super::storing(identity.login.as_deref(), host);
        format!("log in with a token that has the scope `read_registry`: {command}")
    } else {
        "run it in a job of that GitLab, which has these variables, or leave `source` out".to_owned()
    };
    Err(ExchangeError { message, ..ExchangeError::no_login() }.with_hint(hint))
}

/// Whether the job's registry is this one: the same host at the same port, and nothing behind it.
fn in_job(env: &Env, host: &str) -> Result<(), String> {
    let Some(text) = variable(env, "CI_REGISTRY") else {
        return Err("`CI_REGISTRY` is not set, so this is no job with a registry".into());
    };
    let named = Registry::parse(&text).ok().filter(|named| named.path().is_none());
    match named.map(|named| named.authority()) {
        Some(named) if named == host => Ok(()),
        Some(named) => Err(format!("the job's registry is `{named}`")),
        None => Err("`CI_REGISTRY` names no registry".into()),
    }
}

/// A runner that hides the registry's password still shows the job's own token.
fn job(env: &Env) -> Result<Login, String> {
    match (
        variable(env, "CI_REGISTRY_USER"),
        variable(env, "CI_REGISTRY_PASSWORD"),
        variable(env, "CI_JOB_TOKEN"),
    ) {
        (user, Some(password), _) => Ok(login(user.as_deref().unwrap_or(JOB), password)),
        (_, None, Some(token)) => Ok(login(JOB, token)),
        (_, None, None) => Err("neither `CI_REGISTRY_PASSWORD` nor `CI_JOB_TOKEN` is set".into()),
    }
}

fn deploy_token(env: &Env) -> Result<Login, String> {
    match (variable(env, "CI_DEPLOY_USER"), variable(env, "CI_DEPLOY_PASSWORD")) {
        (Some(user), Some(password)) => Ok(login(&user, password)),
        _ => Err("`CI_DEPLOY_USER` and `CI_DEPLOY_PASSWORD` are not set".into()),
    }
}

fn login(username: &str, password: String) -> Login {
    Login { username: username.into(), secret: Secret::new(password) }
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

const JOB: &str = "gitlab-ci-token";

#[cfg(test)]
mod tests;

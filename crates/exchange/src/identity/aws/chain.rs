//! The places where credentials may be, in order; the first that is configured decides.
//!
//! A place that is configured but fails is an error that says why, and not a reason to go on to the
//! next one: that would be somebody else's identity.

use aws_credential_types::Credentials;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{
    Aws, Found, Source,
    machine::{self, NoInstance},
    misconfigured, process,
    profile::{self, Base, Plan},
    roles, sso,
    web_identity::{self, WebIdentity},
};

/// Finds the first credentials; the policy is for the last role that leads to them.
pub(super) async fn find(aws: &Aws<'_>, policy: Option<&str>) -> Result<Found, ExchangeError> {
    let settings = &aws.settings;
    if let Some(identity) = WebIdentity::of_pod(settings)? {
        return web_identity::exchange(aws, &identity, policy).await;
    }
    if !settings.is_profile_forced
        && let Some(found) = environment(aws)?
    {
        return Ok(found);
    }
    // A role that the profile asks for, or a profile that was named, is the caller's wish; the variables
    // of a web identity were put there by the platform.
    let is_profile_first = settings.is_profile_named || profile::is_role(&settings.profiles);
    if !is_profile_first && let Some(identity) = WebIdentity::of_variables(settings) {
        return web_identity::exchange(aws, &identity, policy).await;
    }
    let name = settings.profiles.selected_profile();
    match profile::plan(&settings.profiles)? {
        Some(plan) => return carry_out(aws, plan, policy).await,
        None if settings.is_profile_named && settings.profiles.get_profile(name).is_none() => {
            return Err(profile::not_found(name, None));
        }
        None if settings.is_profile_forced => return Err(profile::broken(name, "holds no credentials")),
        None => {}
    }
    if let Some(identity) = WebIdentity::of_variables(settings) {
        return web_identity::exchange(aws, &identity, policy).await;
    }
    if machine::is_container(settings) {
        return machine::container(aws).await;
    }
    machine::instance(aws).await.map_err(|missing| match missing {
        NoInstance::Absent(why) => nowhere(aws, &why),
        NoInstance::Failed(error) => error,
    })
}

async fn carry_out(aws: &Aws<'_>, plan: Plan, policy: Option<&str>) -> Result<Found, ExchangeError> {
    let for_base = policy.filter(|_| plan.roles.is_empty());
    let found = match plan.base {
        Base::Keys(credentials) => Found { credentials, source: Source::Given("`~/.aws/credentials`") },
        Base::Environment => environment(aws)?.ok_or_else(no_keys_in_variables)?,
        Base::Container => machine::container(aws).await?,
        Base::Instance => machine::instance(aws).await.map_err(|missing| match missing {
            NoInstance::Absent(why) => machine::unavailable(&why),
            NoInstance::Failed(error) => error,
        })?,
        Base::WebIdentity(identity) => web_identity::exchange(aws, &identity, for_base).await?,
        Base::Sso(sso) => sso::exchange(aws, &sso).await?,
        Base::Process { command, profile } => process::run(aws, &command, &profile).await?,
    };
    roles::assume_all(aws, found, &plan.roles, policy).await
}

fn environment(aws: &Aws<'_>) -> Result<Option<Found>, ExchangeError> {
    let variable = |name| aws.settings.variable(name);
    match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        (None, _) => Ok(None),
        (Some(id), Some(secret)) => {
            let credentials =
                Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment");
            Ok(Some(Found { credentials, source: Source::Given("`AWS_SESSION_TOKEN` and its companions") }))
        }
        (Some(_), None) => {
            Err(misconfigured("keys_incomplete", "`AWS_ACCESS_KEY_ID` is set without its secret key")
                .with_hint("set, or unset, both of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"))
        }
    }
}

fn no_keys_in_variables() -> ExchangeError {
    misconfigured("keys_incomplete", "the profile wants keys from variables, which are not set")
        .with_hint("set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`")
}

fn nowhere(aws: &Aws<'_>, instance: &str) -> ExchangeError {
    let profile = aws.settings.profiles.selected_profile();
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "no_identity",
        format!(
            "no AWS credentials found: no keys in variables, no web identity, nothing in the profile \
             `{profile}` of `~/.aws`, no container that offers any, and {instance}"
        ),
    )
    .with_hint("sign in with `aws configure sso`, or name a profile in `AWS_PROFILE`")
}

//! Assuming roles, one with the credentials of the other.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sts::types::Credentials as StsCredentials;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    identity::{AwsRole, LONGEST_CHAINED_SESSION},
};

use super::{Aws, Found, Source, misconfigured, renewal_hint, session_policy};
use crate::failure::{Failure, Refusal, garbled};

/// A role to assume with the credentials at hand.
#[derive(Debug, Clone)]
pub(super) struct Assume {
    pub(super) role_arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<Duration>,
    /// Whether the profile names a device that only a person can read.
    pub(super) needs_mfa: bool,
}

impl From<&AwsRole> for Assume {
    fn from(role: &AwsRole) -> Self {
        Self {
            role_arn: role.role_arn.clone(),
            external_id: role.external_id.clone(),
            session_name: role.session_name.clone(),
            duration: role.duration,
            needs_mfa: false,
        }
    }
}

/// Assumes the roles in their order; the policy is the last one's.
pub(super) async fn assume_all(
    aws: &Aws<'_>,
    first: Found,
    roles: &[Assume],
    policy: Option<&str>,
) -> Result<Found, ExchangeError> {
    let Some((last, others)) = roles.split_last() else { return Ok(first) };
    let mut found = first;
    for role in others {
        found = assume(aws, &found, role, None).await?;
    }
    assume(aws, &found, last, policy).await
}

async fn assume(
    aws: &Aws<'_>,
    with: &Found,
    role: &Assume,
    policy: Option<&str>,
) -> Result<Found, ExchangeError> {
    if role.needs_mfa {
        return Err(ExchangeError::new(
            ErrorKind::Denied,
            "mfa_required",
            format!("the role `{}` wants a one-time code, which nobody can type here", role.role_arn),
        )
        .with_hint(
            "use a profile whose `credential_process` asks for the code, or sign in with `aws sso login`",
        ));
    }
    aws.progress.waits_for("STS");
    let answer = aws_sdk_sts::Client::new(&aws.sts(Some(&with.credentials)))
        .assume_role()
        .role_arn(&role.role_arn)
        .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
        .set_external_id(role.external_id.clone())
        .set_duration_seconds(seconds(role.duration.map(|asked| possible(asked, with.source))))
        .set_policy(policy.map(str::to_owned))
        .send()
        .await
        .map_err(|error| renewal_hint(explain(role, Failure::of("STS", &error)), with.source))?;
    fetched(answer.credentials, policy.is_some())
}

/// What STS gives a role that is assumed with a role's session, whatever is asked for.
fn possible(asked: Duration, with: Source) -> Duration {
    match with {
        Source::Role { .. } => asked.min(LONGEST_CHAINED_SESSION),
        Source::Given(_) | Source::Fetched => asked,
    }
}

/// What STS handed out.
pub(super) fn fetched(
    credentials: Option<StsCredentials>,
    is_narrowed: bool,
) -> Result<Found, ExchangeError> {
    let sts = credentials.ok_or_else(|| garbled("STS"))?;
    let expiry = sts.expiration.try_into().map_err(|_| garbled("STS"))?;
    let credentials = Credentials::new(
        sts.access_key_id,
        sts.secret_access_key,
        Some(sts.session_token),
        Some(expiry),
        "sts",
    );
    Ok(Found { credentials, source: Source::Role { is_narrowed } })
}

/// A duration as STS wants it.
pub(super) fn seconds(duration: Option<Duration>) -> Option<i32> {
    duration.map(|duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX))
}

/// A session that is longer than the role allows.
pub(super) fn too_long(refusal: &Refusal, role_arn: &str) -> Option<ExchangeError> {
    let is_about_it = refusal.code.starts_with("Validation")
        && (refusal.message.contains("DurationSeconds") || refusal.message.contains("durationSeconds"));
    is_about_it.then(|| {
        misconfigured(
            "session_duration",
            format!("the role `{role_arn}` does not allow sessions as long as the one asked for"),
        )
        .with_hint(
            "ask for less (1 h at most for a role assumed from a role) by `duration`, or in a profile \
             `duration_seconds`",
        )
    })
}

fn explain(role: &Assume, failure: Failure) -> ExchangeError {
    let allow = format!("`sts:AssumeRole` on `{}`", role.role_arn);
    match &failure {
        Failure::Refused(refusal) if refusal.is_access_denied() => ExchangeError::new(
            ErrorKind::Denied,
            "access_denied",
            format!("AWS refused the role `{}`: {}", role.role_arn, refusal.quote()),
        )
        .with_hint(format!(
            "allow the identity {allow}, and check whom, and which `external_id`, the role's trust policy wants"
        )),
        Failure::Refused(refusal) => {
            let ours = too_long(refusal, &role.role_arn).or_else(|| session_policy::refused(refusal));
            ours.unwrap_or_else(|| refusal.explain("STS", &allow))
        }
        Failure::Unanswered(_) => failure.explain("STS", &allow),
    }
}

/// Seen in CloudTrail.
pub(super) const SESSION_NAME: &str = "shorepass";

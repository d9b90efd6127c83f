//! A role by a token that an identity provider made (IRSA and CI systems).
//!
//! The file is read each time, for its owner rotates it, and trimmed, for its owner may be a person.
//! The call is not signed.

mod refusal;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use shorepass_core::{
    exchange::ExchangeError,
    identity::{AwsIdentity, AwsRole},
    token::{KubeletSource, SERVICE_ACCOUNT_TOKEN, TokenSource},
};
use shorepass_secret::Secret;

use super::{Aws, Found, misconfigured, roles, settings::Settings};
use crate::{failure::Failure, file, token};

/// A token and the role to exchange it for.
pub(super) struct WebIdentity {
    pub(super) token: TokenPlace,
    pub(super) role_arn: String,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<Duration>,
}

/// Where the token is.
pub(super) enum TokenPlace {
    /// In a file, as the platform or a profile has it.
    File(PathBuf),
    /// Where the configuration says.
    Source(TokenSource),
}

impl WebIdentity {
    /// As the identity's settings have it: its token and the first of its roles, or else the platform's. With it
    /// come the roles that are left. The role that a pod's service account names is before all of them.
    pub(super) fn of_settings<'a>(
        identity: &'a AwsIdentity,
        settings: &Settings,
    ) -> Result<Option<(Self, &'a [AwsRole])>, ExchangeError> {
        let Some(source) = identity.token.as_deref() else { return Ok(None) };
        let platforms = || settings.variable("AWS_ROLE_ARN");
        let is_of_pod = matches!(source, TokenSource::Kubelet(_));
        let with_role = |role_arn: String, session_name: Option<String>, duration| Self {
            token: TokenPlace::Source(source.clone()),
            role_arn,
            session_name: session_name.or_else(|| settings.variable("AWS_ROLE_SESSION_NAME")),
            duration,
        };
        if is_of_pod {
            return match platforms() {
                Some(role_arn) => Ok(Some((with_role(role_arn, None, None), &identity.roles))),
                None if settings.variable(SERVICE_ACCOUNT_TOKEN).is_none() => Err(token::no_pods_token()),
                None => Err(no_pods_role()),
            };
        }
        if let Some((first, further)) = identity.roles.split_first() {
            let identity = with_role(first.role_arn.clone(), first.session_name.clone(), first.duration);
            return Ok(Some((identity, further)));
        }
        let role_arn = platforms().ok_or_else(|| {
            misconfigured("role_missing", "the identity has a token, and no role to assume with it")
                .with_hint("add `role_arn` to the identity, or set `AWS_ROLE_ARN` where the client runs")
        })?;
        Ok(Some((with_role(role_arn, None, None), &[])))
    }

    /// The pod whose image a kubelet wants, and never the node.
    pub(super) fn of_pod(settings: &Settings) -> Result<Option<Self>, ExchangeError> {
        if settings.variable(SERVICE_ACCOUNT_TOKEN).is_none() {
            return Ok(None);
        }
        let role_arn = settings.variable("AWS_ROLE_ARN").ok_or_else(no_pods_role)?;
        Ok(Some(Self {
            token: TokenPlace::Source(TokenSource::Kubelet(KubeletSource::default())),
            role_arn,
            session_name: settings.variable("AWS_ROLE_SESSION_NAME"),
            duration: None,
        }))
    }

    /// As the platform put it into variables.
    pub(super) fn of_variables(settings: &Settings) -> Option<Self> {
        Some(Self {
            token: TokenPlace::File(settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE")?.into()),
            role_arn: settings.variable("AWS_ROLE_ARN")?,
            session_name: settings.variable("AWS_ROLE_SESSION_NAME"),
            duration: None,
        })
    }

    async fn token(&self, aws: &Aws<'_>) -> Result<Secret, ExchangeError> {
        match &self.token {
            TokenPlace::File(path) => of_file(path),
            TokenPlace::Source(source) => token::fetch(source, aws.progress).await,
        }
    }
}

impl fmt::Debug for WebIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebIdentity({})", self.role_arn)
    }
}

fn no_pods_role() -> ExchangeError {
    misconfigured("kubelet_role_missing", "the pod's service account names no role to pull images as")
        .with_hint(
            "annotate it: `kubectl annotate serviceaccount NAME \
         eks.amazonaws.com/ecr-role-arn=arn:aws:iam::ACCOUNT:role/ROLE`",
        )
}

/// From the platform's file.
fn of_file(path: &Path) -> Result<Secret, ExchangeError> {
    let missing = |why: String| {
        misconfigured(
            "web_identity_token_missing",
            format!("the web identity token in `{}` cannot be used: {why}", path.display()),
        )
        .with_hint("check that the platform mounts it where `AWS_WEB_IDENTITY_TOKEN_FILE` says")
    };
    let bytes = file::bytes(path, LONGEST_FILE).map_err(missing)?;
    match String::from_utf8_lossy(&bytes).trim() {
        "" => Err(missing("the file is empty".into())),
        token if token.len() > LONGEST_TOKEN => Err(missing("it is too long for AWS".into())),
        token => Ok(Secret::new(token)),
    }
}

impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the web identity token in `{}`", path.display()),
            Self::Source(source) => write!(f, "the token from `{}`", source.name()),
        }
    }
}

/// Exchanges the token; once more if it was replaced meanwhile.
pub(super) async fn exchange(
    aws: &Aws<'_>,
    identity: &WebIdentity,
    policy: Option<&str>,
) -> Result<Found, ExchangeError> {
    let mut shown = identity.token(aws).await?;
    let mut answer = ask(aws, identity, &shown, policy).await;
    if matches!(&answer, Err(Failure::Refused(refusal)) if refusal.is_expired()) {
        let renewed = identity.token(aws).await?;
        if renewed != shown {
            shown = renewed;
            answer = ask(aws, identity, &shown, policy).await;
        }
    }
    match answer {
        Ok(answer) => answer,
        Err(Failure::Refused(refusal)) => Err(refusal::explain(identity, &shown, &refusal)),
        Err(Failure::Unanswered(error)) => Err(error),
    }
}

async fn ask(
    aws: &Aws<'_>,
    identity: &WebIdentity,
    token: &Secret,
    policy: Option<&str>,
) -> Result<Result<Found, ExchangeError>, Failure> {
    aws.progress.waits_for("STS");
    let answer = aws_sdk_sts::Client::new(&aws.sts(None))
        .assume_role_with_web_identity()
        .role_arn(&identity.role_arn)
        .role_session_name(identity.session_name.as_deref().unwrap_or(roles::SESSION_NAME))
        .web_identity_token(token.expose())
        .set_duration_seconds(roles::seconds(identity.duration))
        .set_policy(policy.map(str::to_owned))
        .send()
        .await
        .map_err(|error| Failure::of("STS", &error))?;
    Ok(roles::fetched(answer.credentials, policy.is_some()))
}

const LONGEST_TOKEN: usize = 20_000;
const LONGEST_FILE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_file_is_trimmed_and_an_empty_one_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");

        std::fs::write(&path, "a.b.c\n").unwrap();
        assert_eq!(of_file(&path).unwrap().expose(), "a.b.c");

        std::fs::write(&path, "\n").unwrap();
        assert_eq!(of_file(&path).unwrap_err().code, "web_identity_token_missing");
    }
}

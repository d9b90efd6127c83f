//! A role by a token that an identity provider made (IRSA and CI systems).
//!
//! The file is read each time, for its owner rotates it, and trimmed, for its owner may be a person.
//! The call is not signed.

use std::{fmt, path::PathBuf, time::Duration};

use shorepass_core::exchange::{
    ErrorKind::{Denied, Unavailable},
    ExchangeError,
};
use shorepass_secret::Secret;

use super::{Aws, Found, misconfigured, roles, settings::Settings};
use crate::{
    failure::{Failure, Refusal},
    file,
    jwt::Claims,
};

/// A token's file and the role to exchange it for.
pub(super) struct WebIdentity {
    pub(super) token_file: PathBuf,
    pub(super) role_arn: String,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<Duration>,
}

impl WebIdentity {
    /// As the platform put it into variables.
    pub(super) fn of_variables(settings: &Settings) -> Option<Self> {
        Some(Self {
            token_file: settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE")?.into(),
            role_arn: settings.variable("AWS_ROLE_ARN")?,
            session_name: settings.variable("AWS_ROLE_SESSION_NAME"),
            duration: None,
        })
    }

    fn token(&self) -> Result<Secret, ExchangeError> {
        let path = self.token_file.display();
        let missing = |why: String| {
            misconfigured(
                "web_identity_token_missing",
                format!("the web identity token in `{path}` cannot be used: {why}"),
            )
            .with_hint("check that the platform mounts it where `AWS_WEB_IDENTITY_TOKEN_FILE` says")
        };
        let bytes = file::bytes(&self.token_file, LONGEST_FILE).map_err(missing)?;
        match String::from_utf8_lossy(&bytes).trim() {
            "" => Err(missing("the file is empty".into())),
            token if token.len() > LONGEST_TOKEN => Err(missing("it is too long for AWS".into())),
            token => Ok(Secret::new(token)),
        }
    }
}

impl fmt::Debug for WebIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebIdentity({})", self.role_arn)
    }
}

/// Exchanges the token; once more if it was replaced meanwhile.
pub(super) async fn exchange(aws: &Aws<'_>, identity: &WebIdentity) -> Result<Found, ExchangeError> {
    let token = identity.token()?;
    let failure = match ask(aws, identity, &token).await {
        Err(Failure::Refused(refusal)) if refusal.is_expired() => {
            let renewed = identity.token()?;
            if renewed == token {
                return Err(explain(identity, &token, &refusal));
            }
            ask(aws, identity, &renewed).await
        }
        other => other,
    };
    match failure {
        Ok(answer) => answer,
        Err(Failure::Refused(refusal)) => Err(explain(identity, &token, &refusal)),
        Err(Failure::Unanswered(error)) => Err(error),
    }
}

async fn ask(
    aws: &Aws<'_>,
    identity: &WebIdentity,
    token: &Secret,
) -> Result<Result<Found, ExchangeError>, Failure> {
    aws.progress.waits_for("STS");
    let answer = aws_sdk_sts::Client::new(&aws.sts(None))
        .assume_role_with_web_identity()
        .role_arn(&identity.role_arn)
        .role_session_name(identity.session_name.as_deref().unwrap_or(roles::SESSION_NAME))
        .web_identity_token(token.expose())
        .set_duration_seconds(roles::seconds(identity.duration))
        .send()
        .await
        .map_err(|error| Failure::of("STS", &error))?;
    Ok(roles::fetched(answer.credentials))
}

fn explain(identity: &WebIdentity, token: &Secret, refusal: &Refusal) -> ExchangeError {
    let claims = Claims::peek(token.expose());
    let (role, words) = (&identity.role_arn, claims.words());
    let account = role.split(':').nth(4).unwrap_or_default();
    let says = |text: &str| refusal.message.contains(text);
    match refusal.code.as_str() {
        "ExpiredTokenException" | "ExpiredToken" => {
            let when = claims.expires.map(|at| format!(" at {at}")).unwrap_or_default();
            ExchangeError::new(
                Denied,
                "web_identity_expired",
                format!("the web identity token in `{}` ended{when}", identity.token_file.display()),
            )
            .with_hint("have the platform write a new one, or start the job again")
        }
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("OpenIDConnect provider") => {
            ExchangeError::new(
                Denied,
                "web_identity_no_provider",
                format!("the account {account} of the role `{role}` does not know the token's provider: {words}"),
            )
            .with_hint("add the issuer there as an OIDC provider: `aws iam create-open-id-connect-provider`")
        }
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("audience") => ExchangeError::new(
            Denied,
            "web_identity_audience",
            format!("the token is meant for somebody else: {words}"),
        )
        .with_hint(
            "request the token for `sts.amazonaws.com`, or add its audience to the OIDC provider: \
             `aws iam add-client-id-to-open-id-connect-provider`",
        ),
        "IDPCommunicationError" | "IDPCommunicationErrorException" => keys(&words),
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("verification key") => keys(&words),
        "InvalidIdentityToken" | "InvalidIdentityTokenException" | "IDPRejectedClaim"
        | "IDPRejectedClaimException" => ExchangeError::new(
            Denied,
            "web_identity_rejected",
            format!("AWS does not accept the web identity token: {words}"),
        )
        .with_hint("check the token's issuer and key against the account's OIDC provider: `aws iam list-open-id-connect-providers`"),
        "AccessDenied" | "AccessDeniedException" => ExchangeError::new(
            Denied,
            "web_identity_trust",
            format!("the role `{role}` does not trust this web identity token: {words}"),
        )
        .with_hint("allow issuer, audience and subject in the trust policy: `aws iam update-assume-role-policy`"),
        _ => roles::too_long(refusal, role)
            .unwrap_or_else(|| refusal.explain("STS", "`sts:AssumeRoleWithWebIdentity`")),
    }
}

fn keys(words: &str) -> ExchangeError {
    ExchangeError::new(
        Unavailable,
        "web_identity_keys",
        format!("AWS cannot fetch the keys of the token's issuer: {words}"),
    )
    .with_hint("check that the issuer's `/.well-known/openid-configuration` can be read from the internet")
}

const LONGEST_TOKEN: usize = 20_000;
const LONGEST_FILE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_token_shows_its_claims_and_never_the_token() {
        for (code, message, kind, ours) in [
            ("ExpiredTokenException", "Token expired", Denied, "web_identity_expired"),
            (
                "InvalidIdentityToken",
                "No OpenIDConnect provider found in your account for https://idp",
                Denied,
                "web_identity_no_provider",
            ),
            ("InvalidIdentityToken", "Incorrect token audience", Denied, "web_identity_audience"),
            (
                "InvalidIdentityToken",
                "Couldn't retrieve verification key from your identity provider",
                Unavailable,
                "web_identity_keys",
            ),
            ("InvalidIdentityToken", "not well formed", Denied, "web_identity_rejected"),
            ("IDPRejectedClaim", "", Denied, "web_identity_rejected"),
            ("IDPCommunicationError", "", Unavailable, "web_identity_keys"),
            ("AccessDenied", "Not authorized", Denied, "web_identity_trust"),
        ] {
            let error = explained(code, message);

            assert_eq!((error.kind, error.code.as_str()), (kind, ours), "{code} {message}");
            let shown = format!("{error:?}");
            assert!(!shown.contains(TOKEN) && !shown.contains("c2lnbmF0dXJl"), "{shown}");
            assert!(
                ours == "web_identity_expired" || error.message.contains("`repo:x`"),
                "{}",
                error.message
            );
            assert!(error.hint.is_some(), "{code}");
        }
    }

    #[test]
    fn a_session_that_is_too_long_is_a_setting() {
        let error =
            explained("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration");

        assert_eq!(error.code, "session_duration");
    }

    #[test]
    fn a_token_file_is_trimmed_and_an_empty_one_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut identity = identity();
        identity.token_file = folder.path().join("token");

        std::fs::write(&identity.token_file, format!("{TOKEN}\n")).unwrap();
        assert_eq!(identity.token().unwrap().expose(), TOKEN);

        std::fs::write(&identity.token_file, "\n").unwrap();
        assert_eq!(identity.token().unwrap_err().code, "web_identity_token_missing");
    }

    fn explained(code: &str, message: &str) -> ExchangeError {
        explain(&identity(), &Secret::new(TOKEN), &Refusal::for_tests(code, message))
    }

    fn identity() -> WebIdentity {
        WebIdentity {
            token_file: "/token".into(),
            role_arn: "arn:aws:iam::123456789012:role/ci".into(),
            session_name: None,
            duration: None,
        }
    }

    /// `{"iss":"https://idp","aud":"x","sub":"repo:x"}`
    const TOKEN: &str = "e30.eyJpc3MiOiJodHRwczovL2lkcCIsImF1ZCI6IngiLCJzdWIiOiJyZXBvOngifQ.c2lnbmF0dXJl";
}

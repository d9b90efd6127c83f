//! STS's `GetWebIdentityToken`: an AWS identity signs the question, and the answer proves it elsewhere.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    identity::Identity,
    token::{AwsTokenAlgorithm, AwsWebIdentitySource},
};

use crate::{
    deadline::Progress,
    failure::{Failure, Refusal, garbled},
    identity::aws::{Aws, renewal_hint},
};

pub(super) async fn fetch(
    source: &AwsWebIdentitySource,
    progress: &Progress,
) -> Result<String, ExchangeError> {
    let Identity::Aws(identity) = &*source.identity else {
        return Err(ExchangeError::new(
            ErrorKind::Unexpected,
            "internal",
            "the token is asked for by no AWS identity",
        ));
    };
    let aws = Aws::open(identity, HOME_REGION, progress).await?;
    let found = aws.credentials().await?;
    progress.waits_for("STS");
    let seconds = source.lifetime.map(|lifetime| i32::try_from(lifetime.as_secs()).unwrap_or(i32::MAX));
    let answer = aws_sdk_sts::Client::new(&aws.sts(Some(&found.credentials)))
        .get_web_identity_token()
        .audience(&source.audience)
        .signing_algorithm(match source.algorithm {
            AwsTokenAlgorithm::Rs256 => "RS256",
            AwsTokenAlgorithm::Es384 => "ES384",
        })
        .set_duration_seconds(seconds)
        .send()
        .await
        .map_err(|error| match Failure::of("STS", &error) {
            Failure::Refused(refusal) => renewal_hint(explain(&refusal), found.source),
            Failure::Unanswered(error) => error,
        })?;
    answer.web_identity_token.filter(|token| !token.is_empty()).ok_or_else(|| garbled("STS"))
}

fn explain(refusal: &Refusal) -> ExchangeError {
    match refusal.code.trim_end_matches("Exception") {
        "OutboundWebIdentityFederationDisabled" => ExchangeError::new(
            ErrorKind::Misconfigured,
            "outbound_federation_disabled",
            "the AWS account does not prove its identities elsewhere: outbound web identity federation is off",
        )
        .with_hint("have an administrator turn it on: `aws iam enable-outbound-web-identity-federation`"),
        "SessionDurationEscalation" => ExchangeError::new(
            ErrorKind::Misconfigured,
            "session_duration",
            "the token would outlive the AWS session that asks for it",
        )
        .with_hint("ask for a shorter `lifetime` of the token, or use a longer session"),
        _ => refusal.explain("STS", "`sts:GetWebIdentityToken` on `*`"),
    }
}

/// Where STS is asked by whom nobody has given a region.
const HOME_REGION: &str = "us-east-1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        for (code, ours, hint) in [
            (
                "OutboundWebIdentityFederationDisabledException",
                "outbound_federation_disabled",
                "`aws iam enable-outbound-web-identity-federation`",
            ),
            ("OutboundWebIdentityFederationDisabled", "outbound_federation_disabled", "administrator"),
            ("SessionDurationEscalationException", "session_duration", "`lifetime`"),
            ("AccessDenied", "access_denied", "`sts:GetWebIdentityToken`"),
        ] {
            let error = explain(&Refusal::for_tests(code, "refused"));

            assert_eq!(error.code, ours, "{code}");
            assert!(error.hint.unwrap().contains(hint), "{code}");
        }
    }
}

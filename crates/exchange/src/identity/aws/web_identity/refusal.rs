//! STS's no to a web identity: what the token claims, and what would make it fit.

mod remedy;

use shorepass_core::exchange::{
    ErrorKind::{Denied, Unavailable},
    ExchangeError,
};
use shorepass_secret::Secret;

use super::{
    super::{roles, session_policy},
    TokenPlace, WebIdentity,
};
use crate::{failure::Refusal, jwt::Claims, trust};
use remedy::{Remedy, USUAL_AUDIENCE};

/// The words for a refused exchange.
pub(super) fn explain(identity: &WebIdentity, token: &Secret, refusal: &Refusal) -> ExchangeError {
    let claims = Claims::peek(token.expose());
    let (role, words) = (&identity.role_arn, trust::words(&claims));
    let account = role.split(':').nth(4).unwrap_or_default();
    let says = |text: &str| refusal.message.contains(text);
    let remedy = Remedy { role, claims: &claims };
    if claims.are_none() && refusal.code.starts_with("InvalidIdentityToken") {
        let message = format!("{} is no JWT that names issuer, audience and subject", identity.token);
        return ExchangeError::new(Denied, "web_identity_rejected", message).with_hint(
            "look at what is there: a token of an identity provider is three words with dots between",
        );
    }
    match refusal.code.as_str() {
        "ExpiredTokenException" | "ExpiredToken" => {
            let when = claims.expires.map(|at| format!(" at {at}")).unwrap_or_default();
            ExchangeError::new(Denied, "web_identity_expired", format!("{} ended{when}", identity.token))
                .with_hint("have the platform write a new one, or start the job again")
        }
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("OpenIDConnect provider") => {
            ExchangeError::new(
                Denied,
                "web_identity_no_provider",
                format!(
                    "the account {account} of the role `{role}` does not know the token's provider: {words}"
                ),
            )
            .with_hint(format!("add the issuer there as an OIDC provider: `{}`", remedy.create_provider()))
        }
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("audience") => ExchangeError::new(
            Denied,
            "web_identity_audience",
            format!("the token is meant for somebody else: {words}"),
        )
        .with_hint(audience_hint(identity, &claims, &remedy)),
        "IDPCommunicationError" | "IDPCommunicationErrorException" => keys(&claims.words()),
        "InvalidIdentityToken" | "InvalidIdentityTokenException" if says("verification key") => {
            keys(&claims.words())
        }
        "InvalidIdentityToken"
        | "InvalidIdentityTokenException"
        | "IDPRejectedClaim"
        | "IDPRejectedClaimException" => ExchangeError::new(
            Denied,
            "web_identity_rejected",
            format!("AWS does not accept the web identity token: {words}"),
        )
        .with_hint(format!(
            "check the token's issuer and key against the account's OIDC provider: `{}`",
            remedy.show_provider()
        )),
        "AccessDenied" | "AccessDeniedException" => ExchangeError::new(
            Denied,
            "web_identity_trust",
            format!("the role `{role}` does not trust this web identity token, or does not exist: {words}"),
        )
        .with_hint(remedy.trust_it()),
        _ => roles::too_long(refusal, role)
            .or_else(|| session_policy::refused(refusal))
            .unwrap_or_else(|| refusal.explain("STS", "`sts:AssumeRoleWithWebIdentity`")),
    }
}

/// A token for the usual audience needs its provider changed; any other one is better asked for anew.
fn audience_hint(identity: &WebIdentity, claims: &Claims, remedy: &Remedy<'_>) -> String {
    let source = match &identity.token {
        TokenPlace::Source(source) => Some(source),
        TokenPlace::File(_) => None,
    };
    let add = format!("add its audience to the OIDC provider: `{}`", remedy.add_audience());
    if claims.is_for(USUAL_AUDIENCE) {
        return add;
    }
    format!("{}, which is what roles usually want, or {add}", trust::ask_for(source, USUAL_AUDIENCE))
}

fn keys(words: &str) -> ExchangeError {
    ExchangeError::new(
        Unavailable,
        "web_identity_keys",
        format!("AWS cannot fetch the keys of the token's issuer: {words}"),
    )
    .with_hint("check that the issuer's `/.well-known/openid-configuration` can be read from the internet")
}

#[cfg(test)]
mod tests {
    use super::{super::TokenPlace, *};

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
    fn each_no_ends_with_the_command_that_turns_it_into_a_yes() {
        let hint = |code: &str, message: &str| explained(code, message).hint.unwrap();

        assert!(hint("InvalidIdentityToken", "No OpenIDConnect provider found in your account").ends_with(
            ": `aws iam create-open-id-connect-provider --url 'https://idp' --client-id-list 'x'`"
        ));
        let audience = hint("InvalidIdentityToken", "Incorrect token audience");
        assert!(audience.starts_with("request the token for `sts.amazonaws.com`, which"), "{audience}");
        assert!(audience.ends_with(
            "`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn \
             'arn:aws:iam::123456789012:oidc-provider/idp' --client-id 'x'`"
        ));
        let trust = hint("AccessDenied", "");
        assert!(trust.contains("`\"idp:aud\": \"x\"` and `\"idp:sub\": \"repo:x\"`"), "{trust}");
    }

    #[test]
    fn a_session_that_is_too_long_is_a_setting() {
        let error =
            explained("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration");

        assert_eq!(error.code, "session_duration");
    }

    fn explained(code: &str, message: &str) -> ExchangeError {
        explain(&identity(), &Secret::new(TOKEN), &Refusal::for_tests(code, message))
    }

    fn identity() -> WebIdentity {
        WebIdentity {
            token: TokenPlace::File("/token".into()),
            role_arn: "arn:aws:iam::123456789012:role/ci".into(),
            session_name: None,
            duration: None,
        }
    }

    /// `{"iss":"https://idp","aud":"x","sub":"repo:x"}`
    const TOKEN: &str = "e30.eyJpc3MiOiJodHRwczovL2lkcCIsImF1ZCI6IngiLCJzdWIiOiJyZXBvOngifQ.c2lnbmF0dXJl";
}

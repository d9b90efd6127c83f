//! What it means when the Security Token Service says no.
//!
//! The token's claims are shown beside what the provider wants, because whoever mends it needs both. The
//! token itself never is.

mod remedy;

use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Unavailable},
        ExchangeError,
    },
    token::TokenSource,
};

use super::UPSTREAM;
use crate::{
    identity::google::{
        misconfigured,
        refusal::{Refusal, scope_refused},
    },
    jwt::Claims,
    trust,
};
use remedy::Remedy;

/// The error for a provider with this full name; `source` is where the configuration has the token from.
pub(super) fn explain(
    refusal: &Refusal,
    audience: &str,
    source: Option<&TokenSource>,
    claims: &Claims,
) -> ExchangeError {
    match refusal.code.as_str() {
        "invalid_grant" => of_token(refusal, audience, source, claims),
        "unauthorized_client" if refusal.says("attribute condition") => ExchangeError::new(
            Denied,
            "federation_condition",
            with_claims("the provider's attribute condition does not let the token in", claims)
                + &conditional(claims),
        )
        .with_hint(condition_hint(&Remedy { audience, claims })),
        "invalid_target" => no_provider(audience),
        "invalid_request" if refusal.says("full resource name") => no_provider(audience),
        "invalid_request" if refusal.says("user project") => misconfigured(
            "user_project",
            "a workforce pool's use must be charged to a project that exists and that one may use",
        )
        .with_hint(
            "name it in `user_project`, in a file `workforce_pool_user_project`, and get \
             `roles/serviceusage.serviceUsageConsumer` there",
        ),
        "invalid_scope" => scope_refused(),
        "invalid_client" => ExchangeError::new(
            Denied,
            "oauth_client_refused",
            "Google does not accept the OAuth client of the workforce pool",
        )
        .with_hint("check `client_id` and `client_secret` of the credential file"),
        "unauthorized_client" | "invalid_request" => rejected(audience, claims),
        _ => refusal.explain(UPSTREAM),
    }
}

fn of_token(
    refusal: &Refusal,
    audience: &str,
    source: Option<&TokenSource>,
    claims: &Claims,
) -> ExchangeError {
    let remedy = Remedy { audience, claims };
    if refusal.says("invalid aws") {
        let code = refusal.word_after("of type ").map(|code| format!(" (`{code}`)")).unwrap_or_default();
        return ExchangeError::new(
            Denied,
            "federation_aws",
            format!("AWS does not vouch for the keys that are to prove who we are{code}"),
        )
        .with_hint("check the keys, and this machine's clock: `aws sts get-caller-identity`");
    }
    if refusal.says("the audience in") {
        return ExchangeError::new(
            Denied,
            "federation_audience",
            with_claims("the token is meant for somebody else than the provider", claims),
        )
        .with_hint(audience_hint(source, &format!("https:{audience}"), &remedy));
    }
    if refusal.says("the issuer in") {
        return ExchangeError::new(
            Denied,
            "federation_issuer",
            with_claims("the provider takes tokens of another issuer", claims),
        )
        .with_hint(format!(
            "name the provider of this issuer, or let this one take it, and no other: `{}`",
            remedy.set_issuer()
        ));
    }
    if refusal.says("stale to sign-in") || refusal.says("expired") {
        let when = claims.expires.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
        return ExchangeError::new(
            Denied,
            "federation_expired",
            format!("the token that is to be exchanged at Google ended{when}, or is not valid yet"),
        )
        .with_hint("have the platform write a new one, or start the job again; check this machine's clock");
    }
    if refusal.says("connecting to") {
        return ExchangeError::new(
            Unavailable,
            "federation_keys",
            format!("Google does not find the key of the token's issuer: {}", claims.words()),
        )
        .with_hint(
            "check that the issuer's `/.well-known/openid-configuration` can be read from the internet",
        );
    }
    rejected(audience, claims)
}

/// The command sets the condition anew: whom the one that is there lets in must be kept.
fn condition_hint(remedy: &Remedy<'_>) -> String {
    format!(
        "have the condition let these claims in, too; `{}` shows it, and a condition for this subject alone would take \
         its place by: `{}`",
        remedy.describe(),
        remedy.set_condition()
    )
}

/// A provider takes its own name unless it lists others; what the command sets takes the place of such a list.
fn audience_hint(source: Option<&TokenSource>, usual: &str, remedy: &Remedy<'_>) -> String {
    let list = format!(
        "have it list the token's beside those that it lists now, which `{}` shows: `{}`",
        remedy.describe(),
        remedy.allow_audience()
    );
    if remedy.claims.is_for(usual) {
        return format!("the provider lists other audiences: {list}");
    }
    format!("{}, which a provider takes unless it lists others, or {list}", trust::ask_for(source, usual))
}

fn rejected(audience: &str, claims: &Claims) -> ExchangeError {
    ExchangeError::new(
        Denied,
        "federation_refused",
        with_claims("Google does not accept the token that is to be exchanged", claims),
    )
    .with_hint(format!(
        "check issuer, key, `subject_token_type` and attribute mapping of the provider: `{}`",
        Remedy { audience, claims }.describe()
    ))
}

fn no_provider(audience: &str) -> ExchangeError {
    let shown: String = audience.chars().filter(|c| !c.is_control() && *c != '`').take(300).collect();
    misconfigured(
        "federation_provider",
        format!("Google knows no provider `{shown}`, or it or its pool is disabled"),
    )
    .with_hint(
        "see which there are: `gcloud iam workload-identity-pools providers list --location=global \
         --workload-identity-pool=POOL`",
    )
}

/// A subject token of AWS, or one that is no JWT, claims nothing.
fn with_claims(what: &str, claims: &Claims) -> String {
    if claims.issuer.is_none() && claims.subject.is_none() {
        return what.to_owned();
    }
    format!("{what}: {}", trust::words(claims))
}

/// Those that conditions are made of, as CEL names them.
fn conditional(claims: &Claims) -> String {
    let named = claims.conditional.iter().map(|(name, claim)| format!(", `assertion.{name}` is `{claim}`"));
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn every_refusal_of_a_token_shows_its_claims_and_never_the_token() {
        for (code, words, ours) in [
            (
                "invalid_grant",
                "The audience in ID Token [x] does not match the expected audience.",
                "federation_audience",
            ),
            (
                "invalid_grant",
                "The issuer in ID Token x does not match the expected one",
                "federation_issuer",
            ),
            ("invalid_grant", "Error connecting to the given credential's issuer.", "federation_keys"),
            ("invalid_grant", "Unable to verify the ID Token signature.", "federation_refused"),
            (
                "unauthorized_client",
                "The given credential is rejected by the attribute condition.",
                "federation_condition",
            ),
            ("invalid_request", "The size of mapped attribute google.subject exceeds", "federation_refused"),
        ] {
            let error = explained(code, words);

            assert_eq!(error.code, ours, "{words}");
            assert!(
                error
                    .message
                    .ends_with(": its issuer is `https://idp`, its audience `x` and its subject `repo:x`"),
                "{}",
                error.message
            );
            assert!(error.hint.is_some());
            assert!(!format!("{error:?}").contains("c2lnbmF0dXJl"));
        }
    }

    #[test]
    fn what_is_not_about_the_token_has_words_of_its_own() {
        for (code, words, ours) in [
            ("invalid_grant", "ID Token issued at 1 is stale to sign-in.", "federation_expired"),
            (
                "invalid_grant",
                "Received invalid AWS response of type ExpiredToken with error message: expired",
                "federation_aws",
            ),
            ("invalid_target", "", "federation_provider"),
            ("invalid_request", "This value should be the full resource name of", "federation_provider"),
            ("invalid_request", "A user project that exists must be named", "user_project"),
            ("invalid_client", "", "oauth_client_refused"),
            ("invalid_scope", "", "scope_refused"),
            ("something_new", "", "refused"),
        ] {
            assert_eq!(explained(code, words).code, ours, "{words}");
        }
        assert!(
            explained("invalid_grant", "invalid AWS response of type ExpiredToken with")
                .message
                .contains("`ExpiredToken`")
        );
    }

    #[test]
    fn a_condition_s_no_shows_what_conditions_are_made_of() {
        let claims = Claims {
            conditional: vec![("repository_owner", Claim::new("octo")), ("ref", Claim::new("refs/heads/x"))],
            ..Claims::peek(TOKEN)
        };
        let refusal = Refusal::read(
            br#"{"error":"unauthorized_client","error_description":"rejected by the attribute condition"}"#,
            400,
        );

        let message = explain(&refusal, PROVIDER, None, &claims).message;

        assert!(
            message.ends_with(", `assertion.repository_owner` is `octo`, `assertion.ref` is `refs/heads/x`"),
            "{message}"
        );
    }

    fn explained(code: &str, words: &str) -> ExchangeError {
        let body = format!(r#"{{"error":"{code}","error_description":"{words}"}}"#);
        explain(&Refusal::read(body.as_bytes(), 400), PROVIDER, None, &Claims::peek(TOKEN))
    }

    const PROVIDER: &str =
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab";
    /// `{"iss":"https://idp","aud":"x","sub":"repo:x"}`
    const TOKEN: &str = "e30.eyJpc3MiOiJodHRwczovL2lkcCIsImF1ZCI6IngiLCJzdWIiOiJyZXBvOngifQ.c2lnbmF0dXJl";
}

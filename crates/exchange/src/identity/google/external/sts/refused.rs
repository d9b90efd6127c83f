//! What it means when the Security Token Service says no.
//!
//! The token's claims are shown beside what the provider wants, because whoever mends it needs both. The
//! token itself never is.

use shorepass_core::exchange::{
    ErrorKind::{Denied, Unavailable},
    ExchangeError,
};

use super::UPSTREAM;
use crate::{
    identity::google::{
        misconfigured,
        refusal::{Refusal, scope_refused},
    },
    jwt::Claims,
};

/// The error for a provider with this full name.
pub(super) fn explain(refusal: &Refusal, audience: &str, claims: &Claims) -> ExchangeError {
    match refusal.code.as_str() {
        "invalid_grant" => of_token(refusal, audience, claims),
        "unauthorized_client" if refusal.says("attribute condition") => ExchangeError::new(
            Denied,
            "federation_condition",
            with_claims("the provider's attribute condition does not let the token in", claims),
        )
        .with_hint(format!(
            "compare the condition with these claims: `{} --attribute-condition=…`",
            update(audience)
        )),
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

fn of_token(refusal: &Refusal, audience: &str, claims: &Claims) -> ExchangeError {
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
        .with_hint(format!(
            "request the token for `https:{audience}`, or let the provider take its audience: \
             `{} --allowed-audiences=…`",
            update(audience)
        ));
    }
    if refusal.says("the issuer in") {
        return ExchangeError::new(
            Denied,
            "federation_issuer",
            with_claims("the provider takes tokens of another issuer", claims),
        )
        .with_hint(format!(
            "name the provider of this issuer, or let this one take it: `{} --issuer-uri=…`",
            update(audience)
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
            with_claims("Google does not find the key of the token's issuer", claims),
        )
        .with_hint(
            "check that the issuer's `/.well-known/openid-configuration` can be read from the internet",
        );
    }
    rejected(audience, claims)
}

fn rejected(audience: &str, claims: &Claims) -> ExchangeError {
    ExchangeError::new(
        Denied,
        "federation_refused",
        with_claims("Google does not accept the token that is to be exchanged", claims),
    )
    .with_hint(format!(
        "check issuer, key, `subject_token_type` and attribute mapping of the provider: `{}`",
        update(audience)
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
    format!("{what}: {}", claims.words())
}

/// The start of a command that changes the provider.
fn update(audience: &str) -> String {
    let part = |after: &str| {
        let rest = audience.split_once(after).map_or("…", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().replace('`', "")
    };
    let (provider, location) = (part("/providers/"), part("/locations/"));
    let (group, option) = match audience.contains("/workforcePools/") {
        true => ("workforce-pools", format!("--workforce-pool={}", part("/workforcePools/"))),
        false => (
            "workload-identity-pools",
            format!("--workload-identity-pool={}", part("/workloadIdentityPools/")),
        ),
    };
    format!("gcloud iam {group} providers update-oidc {provider} --location={location} {option}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_command_names_provider_and_pool() {
        let staff = "//iam.googleapis.com/locations/global/workforcePools/staff/providers/okta";

        assert_eq!(
            update(PROVIDER),
            "gcloud iam workload-identity-pools providers update-oidc gitlab --location=global \
             --workload-identity-pool=ci"
        );
        assert_eq!(
            update(staff),
            "gcloud iam workforce-pools providers update-oidc okta --location=global --workforce-pool=staff"
        );
    }

    fn explained(code: &str, words: &str) -> ExchangeError {
        let body = format!(r#"{{"error":"{code}","error_description":"{words}"}}"#);
        explain(&Refusal::read(body.as_bytes(), 400), PROVIDER, &Claims::peek(TOKEN))
    }

    const PROVIDER: &str =
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab";
    /// `{"iss":"https://idp","aud":"x","sub":"repo:x"}`
    const TOKEN: &str = "e30.eyJpc3MiOiJodHRwczovL2lkcCIsImF1ZCI6IngiLCJzdWIiOiJyZXBvOngifQ.c2lnbmF0dXJl";
}

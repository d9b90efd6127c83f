//! What to do about each exact cause that the broker names.
//!
//! The broker's own hint goes first, since it knows names; this is for causes that come without one.

use shorepass_protocol::message::{Failure, FailureKind};

use super::Finding;

/// A failed exchange as a finding with advice.
pub(super) fn on(host: &str, failure: &Failure) -> Finding {
    let fix = failure.hint.clone().unwrap_or_else(|| of_code(&failure.code, failure.kind).to_owned());
    Finding::error(&failure.code, format!("no credential for `{host}`"))
        .why(&failure.message)
        .fix(with_host(&fix, host))
        .misconfigured(failure.kind == FailureKind::Misconfigured)
}

fn of_code(code: &str, kind: FailureKind) -> &'static str {
    ADVICE.iter().find(|(known, _)| *known == code).map_or_else(|| of_kind(kind), |(_, advice)| advice)
}

fn of_kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Denied => {
            "sign in again or ask for the permission; to see who you are, run `shorepass status`"
        }
        FailureKind::Unavailable => {
            "check the network and the proxy variables, then run `shorepass refresh --all`"
        }
        FailureKind::Misconfigured => "to see what is wrong, run `shorepass config check`",
        FailureKind::Unexpected => "to see more, run `shorepass broker logs`",
    }
}

/// `HOST` as a word of its own; in what a token claims it may be a part of another.
fn with_host(fix: &str, host: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "-_.@:".contains(c);
    let mut filled = String::new();
    let mut rest = fix;
    while let Some((before, after)) = rest.split_once("HOST") {
        filled.push_str(before);
        let is_word = !filled.ends_with(is_part) && !after.starts_with(is_part);
        filled.push_str(if is_word { host } else { "HOST" });
        rest = after;
    }
    filled + rest
}

const ADVICE: &[(&str, &str)] = &[
    ("clock_skew", "set the machine's clock; where systemd keeps it, run `sudo timedatectl set-ntp true`"),
    (
        "unreachable",
        "check the network, `HTTPS_PROXY` and `NO_PROXY`; to see the connection, run `curl -v https://HOST/v2/`",
    ),
    ("timeout", "check the network, `HTTPS_PROXY` and `NO_PROXY`, then run `shorepass refresh --all`"),
    (
        "busy",
        "try again, or allow more exchanges at once with `workers` under `[broker]` in the configuration",
    ),
    (
        "throttled",
        "wait: the broker asks less and less often; to see when it tries again, run `shorepass status`",
    ),
    ("server_error", "wait: the fault is not here; to try at once, run `shorepass refresh HOST`"),
    ("sso_expired", "sign in again with `aws sso login --profile PROFILE`"),
    (
        "no_identity",
        "sign in to the cloud, or name an `[identity.NAME]` in the configuration; for AWS run `aws configure sso`",
    ),
    ("profile_not_found", "to see the profiles there are, run `aws configure list-profiles`"),
    (
        "not_narrowed",
        "add a `role_arn`, for Google a `service_account`, to the rule's identity; to see which that is, run \
         `shorepass explain HOST`",
    ),
    (
        "session_policy_too_long",
        "name patterns such as `team/*` in `repositories`, then run `shorepass config check`",
    ),
    (
        "access_denied",
        "ask for the permission that is named above; to see the identity, run `shorepass explain HOST`",
    ),
    (
        "session_expired",
        "sign in again, or clear old keys with `unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`",
    ),
    ("unknown_key", "the access key is wrong or was deleted; enter another one with `aws configure`"),
    ("signature_mismatch", "the secret key is another key's; enter both again with `aws configure`"),
    (
        "web_identity_trust",
        "the role's trust policy must name the token's issuer, audience and subject; to see the route, run `shorepass explain HOST`",
    ),
    (
        "web_identity_no_provider",
        "the role's account must know the token's issuer; to make it known, run `aws iam create-open-id-connect-provider`",
    ),
    (
        "web_identity_audience",
        "ask for the token with the audience `sts.amazonaws.com`; to see the route, run `shorepass explain HOST`",
    ),
    (
        "azure_federation_mismatch",
        "the application needs a federated credential for the token; to make one, run `az ad app federated-credential create`",
    ),
    (
        "federation_audience",
        "ask for the token with the provider's full name as its audience; to see the route, run `shorepass explain HOST`",
    ),
    (
        "federation_condition",
        "the provider's attribute condition must fit the token's claims; to see the route, run `shorepass explain HOST`",
    ),
    (
        "impersonation_denied",
        "grant the service account's role to who is named above: `gcloud iam service-accounts add-iam-policy-binding`",
    ),
    (
        "hub_token_refused",
        "a ruleset of the connection must match the token's subject; to see the route, run `shorepass explain HOST`",
    ),
    (
        "oidc_token_refused",
        "the service must trust the token's issuer, audience and subject; to see the route, run `shorepass explain HOST`",
    ),
    ("login_refused", "log in again with `docker login HOST`"),
    (
        "unsupported_region",
        "name another region in a `[[registry]]` of the configuration; to see the route, run `shorepass explain HOST`",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_advice_that_names_a_command() {
        for (code, advice) in ADVICE {
            assert!(advice.contains('`'), "{code}");
        }
        for kind in [
            FailureKind::Denied,
            FailureKind::Unavailable,
            FailureKind::Misconfigured,
            FailureKind::Unexpected,
        ] {
            assert!(of_code("never_heard_of", kind).contains("`shorepass "));
        }
    }

    #[test]
    fn a_claim_that_holds_the_placeholder_stays_as_it_is() {
        assert_eq!(with_host("run `docker login HOST`", "r.io"), "run `docker login r.io`");
        assert_eq!(with_host("run `curl -v https://HOST/v2/`", "r.io"), "run `curl -v https://r.io/v2/`");
        assert_eq!(
            with_host("`repo:o/LOCALHOSTHOST:environment:HOST`", "r"),
            "`repo:o/LOCALHOSTHOST:environment:HOST`"
        );
    }

    #[test]
    fn the_brokers_own_hint_goes_first() {
        let mut failure = Failure {
            kind: FailureKind::Denied,
            code: "sso_expired".into(),
            message: "the session `dev` has expired".into(),
            hint: Some("run `aws sso login --profile dev`".into()),
        };

        assert_eq!(on("r", &failure).fix.unwrap(), "run `aws sso login --profile dev`");
        failure.hint = None;
        let finding = on("r", &failure);
        assert_eq!(finding.fix.unwrap(), "sign in again with `aws sso login --profile PROFILE`");
        assert_eq!(
            (finding.id.as_str(), finding.why.as_deref()),
            ("sso_expired", Some("the session `dev` has expired"))
        );
    }
}

//! The API server's no to a `TokenRequest`: who asked for whose token, and the commands that allow it.

use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Misconfigured, Unexpected},
        ExchangeError,
    },
    token::KubernetesRequest,
};
use shorepass_secret::Secret;

use super::UPSTREAM;
use crate::jwt::Claims;

/// The words for a status. `own` is the token that was shown; it is named by its subject.
pub(super) fn explain(
    status: u16,
    request: &KubernetesRequest,
    namespace: &str,
    own: &Secret,
) -> ExchangeError {
    let account = &request.service_account;
    let subject = Claims::peek(own.expose()).subject.map(|subject| subject.to_string());
    match status {
        401 => ExchangeError::new(
            Denied,
            "kubernetes_token_rejected",
            format!("{UPSTREAM} does not take the pod's own token"),
        )
        .with_hint("check that `mounted_at` is this cluster's and that the token in it is still renewed"),
        403 => ExchangeError::new(
            Denied,
            "kubernetes_forbidden",
            format!(
                "`{}` must not create tokens of the service account `{account}` in the namespace `{namespace}`",
                subject.as_deref().unwrap_or("the pod's own service account")
            ),
        )
        .with_hint(allow(account, namespace, subject.as_deref())),
        404 => ExchangeError::new(
            Misconfigured,
            "kubernetes_account_not_found",
            format!("the namespace `{namespace}` has no service account `{account}`"),
        )
        .with_hint(format!(
            "correct `service_account` and `namespace`, or make it: `kubectl --namespace={namespace} create \
             serviceaccount {account}`"
        )),
        400 | 422 => ExchangeError::new(
            Misconfigured,
            "kubernetes_request_refused",
            format!("{UPSTREAM} makes no token for this audience and lifetime (HTTP {status})"),
        )
        .with_hint("check `audience`, and `lifetime`, which must be 10 minutes at least"),
        _ => ExchangeError::new(Unexpected, "refused", format!("{UPSTREAM} answered with HTTP {status}"))
            .with_hint("check that `endpoint` is an API server"),
    }
}

/// What failed on the way there is the cluster's affair, not a proxy's.
pub(super) fn unreached(error: ExchangeError, request: &KubernetesRequest) -> ExchangeError {
    if error.code == "unreachable" {
        let ca = request.mounted("ca.crt");
        return error.with_hint(format!(
            "check `KUBERNETES_SERVICE_HOST` or `endpoint`, and that `{}` is the same cluster's",
            ca.display()
        ));
    }
    error
}

/// A role for this one account, bound to whoever has asked.
fn allow(account: &str, namespace: &str, subject: Option<&str>) -> String {
    let asker = subject.and_then(|subject| subject.strip_prefix("system:serviceaccount:"));
    let who = asker.filter(|asker| are_two_names(asker)).unwrap_or("NAMESPACE:NAME");
    format!(
        "allow it: `kubectl --namespace={namespace} create role shorepass-{account} --verb=create \
         --resource=serviceaccounts/token --resource-name={account} && kubectl --namespace={namespace} create \
         rolebinding shorepass-{account} --role=shorepass-{account} --serviceaccount={who}`"
    )
}

/// Whoever has made the token has chosen its subject, and the command is for a shell.
fn are_two_names(asker: &str) -> bool {
    let is_name = |part: &str| {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        !part.is_empty() && part.bytes().all(good)
    };
    asker.split(':').count() == 2 && asker.split(':').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_words_and_never_the_token() {
        for (status, kind, code, hint) in [
            (401, Denied, "kubernetes_token_rejected", "mounted_at"),
            (403, Denied, "kubernetes_forbidden", "--resource-name=builder"),
            (404, Misconfigured, "kubernetes_account_not_found", "create serviceaccount builder"),
            (400, Misconfigured, "kubernetes_request_refused", "`lifetime`"),
            (422, Misconfigured, "kubernetes_request_refused", "`audience`"),
            (302, Unexpected, "refused", "`endpoint`"),
        ] {
            let error = explain(status, &request(), "shore", &Secret::new(TOKEN));

            assert_eq!((error.kind, error.code.as_str()), (kind, code), "{status}");
            assert!(error.hint.as_deref().unwrap().contains(hint), "{error:?}");
            assert!(!format!("{error:?}").contains("c2lnbmF0dXJl"), "{error:?}");
        }
    }

    #[test]
    fn a_forbidden_request_names_who_asked_and_binds_the_role_to_it() {
        let error = explain(403, &request(), "shore", &Secret::new(TOKEN));
        let nobody = explain(403, &request(), "shore", &Secret::new("opaque"));

        assert!(error.message.starts_with("`system:serviceaccount:ci:runner` must not create tokens"));
        assert!(error.hint.unwrap().ends_with("--role=shorepass-builder --serviceaccount=ci:runner`"));
        assert!(nobody.hint.unwrap().ends_with("--serviceaccount=NAMESPACE:NAME`"));
    }

    #[test]
    fn a_subject_that_means_something_to_a_shell_is_not_put_into_a_command() {
        for asker in ["ci:$(id)", "ci:a b", "ci:a;b", "ci:", "ci", "a:b:c"] {
            assert!(!are_two_names(asker), "{asker}");
        }
        assert!(are_two_names("ci:runner-1.blue"));
    }

    fn request() -> KubernetesRequest {
        KubernetesRequest {
            service_account: "builder".into(),
            namespace: None,
            audience: "a".into(),
            lifetime: None,
            endpoint: None,
            mounted_at: None,
        }
    }

    /// `{"sub":"system:serviceaccount:ci:runner"}`
    const TOKEN: &str = "e30.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6Y2k6cnVubmVyIn0.c2lnbmF0dXJl";
}

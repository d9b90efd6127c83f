//! The token of the pod's service account that a kubelet has handed over with an image's name.
//!
//! Whoever is handed one acts for the pod, and never falls back on what the node may do.

use std::env;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::{KubeletSource, SERVICE_ACCOUNT_TOKEN},
};

pub(super) fn fetch(_source: &KubeletSource) -> Result<String, ExchangeError> {
    of_variable(env::var(SERVICE_ACCOUNT_TOKEN).ok())
}

fn of_variable(token: Option<String>) -> Result<String, ExchangeError> {
    token.filter(|token| !token.trim().is_empty()).ok_or_else(no_pods_token)
}

/// The kubelet asks for the node.
pub(crate) fn no_pods_token() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "kubelet_token_missing",
        "the kubelet has handed over no token of a service account",
    )
    .with_hint(
        "add `tokenAttributes` with a `serviceAccountTokenAudience` to the provider in the kubelet's \
         `CredentialProviderConfig`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_was_not_sent_names_the_setting_that_sends_it() {
        assert_eq!(of_variable(Some("a.b.c".into())).unwrap(), "a.b.c");
        for absent in [None, Some(String::new()), Some(" \n".into())] {
            let error = of_variable(absent).unwrap_err();

            assert_eq!(error.code, "kubelet_token_missing");
            assert!(error.hint.unwrap().contains("`tokenAttributes`"));
        }
    }
}

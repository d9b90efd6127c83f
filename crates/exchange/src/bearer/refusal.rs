//! Why there is no token, and what would give one.

use shorepass_core::{
    bearer::{BearerRequest, Wanted},
    exchange::{
        ErrorKind::{Denied, Misconfigured, Unexpected},
        ExchangeError,
    },
};

use crate::{http::call::Answer, registry::token_service::TokenService};

/// It asks no stranger for a login that could be shown to it.
pub(super) fn of_stranger(request: &BearerRequest, status: u16) -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "registry_not_there",
        format!("`{}` does not answer as a registry with logins does (HTTP {status})", request.host),
    )
    .with_hint("check the name, the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
}

/// The token service did not take the login.
pub(super) fn of_login(request: &BearerRequest, service: &TokenService, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    let (host, realm) = (&request.host, service.realm.authority());
    match answer.status {
        400 | 401 | 403 => ExchangeError::new(
            Denied,
            "bearer_refused",
            format!(
                "`{realm}` gives no token for the login of `{host}`{} (HTTP {})",
                purpose(request),
                answer.status
            ),
        )
        .with_hint(format!("to try whether the login is still good, run `shorepass refresh {host}`")),
        status => ExchangeError::new(Unexpected, "refused", format!("`{realm}` answered with HTTP {status}"))
            .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`"),
    }
}

/// The token service gave a token that is not good for what was asked.
pub(super) fn of_rights(request: &BearerRequest, wanted: &Wanted, missing: &[&str]) -> ExchangeError {
    let (host, repository, missing) = (&request.host, &wanted.repository, missing.join(" and "));
    ExchangeError::new(
        Denied,
        "bearer_too_narrow",
        format!("the login of `{host}` does not allow {missing} in `{repository}`: its token leaves that out"),
    )
    .with_hint(format!(
        "have that allowed, or check the name; to see whose login it is, run `shorepass explain {host}/{repository}`"
    ))
}

fn purpose(request: &BearerRequest) -> String {
    request.wanted.as_ref().map(|wanted| format!(" and `{}`", wanted.repository)).unwrap_or_default()
}

//! Why a registry gives no refresh token, and which kind would do instead.

use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Misconfigured, Unexpected},
        ExchangeError,
    },
    kind::Oauth2RegistryTarget as Target,
};

use crate::{http::call::Answer, registry::token_service::TokenService};

/// It asks no stranger for a login.
pub(super) fn of_stranger(target: &Target, status: u16) -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "registry_not_there",
        format!("`{}` does not answer as a registry with logins does (HTTP {status})", target.host),
    )
    .with_hint("check the name, the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
}

/// It asks for something else than tokens.
pub(super) fn of_plain_login(target: &Target, is_basic: bool) -> ExchangeError {
    let instead = if is_basic { "takes logins as they are" } else { "names no token service" };
    ExchangeError::new(
        Misconfigured,
        "registry_without_tokens",
        format!("`{}` {instead}, so it gives no refresh tokens", target.host),
    )
    .with_hint("write into the rule: `kind = \"stored\"`")
}

/// The token service did not take the login.
pub(super) fn of_login(target: &Target, service: &TokenService, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    let (host, realm) = (&target.host, service.realm.authority());
    match answer.status {
        400 | 401 | 403 => ExchangeError::new(
            Denied,
            "login_refused",
            format!("`{realm}` does not take the stored login of `{host}` (HTTP {})", answer.status),
        )
        .with_hint(format!("log in again: `docker login {host}`")),
        status => ExchangeError::new(Unexpected, "refused", format!("`{realm}` answered with HTTP {status}"))
            .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`"),
    }
}

/// The token service took the login and gave an access token only.
pub(super) fn of_what_is_missing(target: &Target) -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "no_refresh_token",
        format!("the token service of `{}` takes the login and gives no refresh token for it", target.host),
    )
    .with_hint("the login itself has to do; write into the rule: `kind = \"stored\"`")
}

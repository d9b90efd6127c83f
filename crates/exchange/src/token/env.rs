//! From a variable of the caller.

use shorepass_core::{exchange::ExchangeError, token::EnvSource};

use super::{missing, service::variable};

pub(super) fn fetch(source: &EnvSource) -> Result<String, ExchangeError> {
    of_variable(&source.variable)
}

/// What a variable holds.
pub(super) fn of_variable(name: &str) -> Result<String, ExchangeError> {
    variable(name).ok_or_else(|| {
        missing(format!("the variable `{name}`, which should hold the token, is not set"))
            .with_hint(format!("set `{name}` where the client runs"))
    })
}

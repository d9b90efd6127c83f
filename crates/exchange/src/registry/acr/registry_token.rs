//! A token of a registry, as the password that it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError, Exchanged, Made};
use shorepass_secret::Secret;

use super::REGISTRY;
use crate::{clock, failure::garbled, http::date::Reading};

/// A token and how long it lives.
#[derive(Debug)]
pub(super) struct RegistryToken {
    pub(super) secret: Secret,
    life_ms: u64,
    clock_ahead_ms: i64,
}

impl RegistryToken {
    /// The end is what the token says of itself, by the clock over there.
    pub(super) fn read(secret: Secret, clocks: Reading) -> Result<Self, ExchangeError> {
        let ends = end(&secret).ok_or_else(|| garbled(REGISTRY))?;
        let life = ends.duration_since(clocks.there).unwrap_or_default();
        match u64::try_from(life.as_millis()).unwrap_or(u64::MAX) {
            0 => Err(already_expired(ends)),
            life_ms => Ok(Self { secret, life_ms, clock_ahead_ms: clocks.ahead_ms() }),
        }
    }

    pub(super) fn into_exchanged(self) -> Exchanged {
        let clock_ahead_ms = self.clock_ahead_ms;
        Exchanged::Credential(Made { clock_ahead_ms, ..Made::new(NOBODY, self.secret, self.life_ms) })
    }
}

fn end(token: &Secret) -> Option<SystemTime> {
    let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token.expose()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(claims.exp))
}

/// Seconds since 1970.
#[derive(Deserialize)]
struct Claims {
    exp: u64,
}

fn already_expired(ended: SystemTime) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unexpected,
        "already_expired",
        format!("the token that {REGISTRY} gave had ended at {}", clock::show(ended)),
    )
    .with_hint("check the clock of this machine: `date -u`")
}

/// The user name for every token that is a password.
pub(crate) const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_life_is_the_tokens_own_by_the_clock_over_there() {
        let there = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let clocks = Reading { here: there + Duration::from_secs(7200), there };

        let read = RegistryToken::read(token("{\"exp\":1767236400}"), clocks).unwrap();

        assert_eq!((read.life_ms, read.clock_ahead_ms), (10_800_000, 7_200_000));
    }

    #[test]
    fn a_token_without_an_end_or_past_it_is_refused() {
        let there = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let clocks = Reading { here: there, there };
        let code = |secret: Secret| RegistryToken::read(secret, clocks).unwrap_err().code;

        assert_eq!(code(token("{}")), "garbled");
        assert_eq!(code(Secret::new("canary")), "garbled");
        assert_eq!(code(token("{\"exp\":18446744073709551615}")), "garbled");
        assert_eq!(code(token("{\"exp\":1767225600}")), "already_expired");
    }

    fn token(payload: &str) -> Secret {
        Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)))
    }
}

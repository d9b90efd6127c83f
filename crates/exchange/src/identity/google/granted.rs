//! A token that Google has handed out, and how long it lives.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer};
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use crate::{
    clock,
    failure::garbled,
    http::{call::Answer, date::Reading},
};

/// An OAuth access token.
#[derive(Debug, Clone)]
pub(crate) struct AccessToken {
    pub(crate) secret: Secret,
    pub(crate) life_ms: u64,
    pub(crate) clock_ahead_ms: i64,
}

/// A token, and whose it is as IAM names members, where that is known.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    pub(super) token: AccessToken,
    pub(super) member: Option<String>,
    /// What the token claimed that proved it, if one did.
    pub(super) proof: Option<String>,
}

impl AccessToken {
    /// A token that `upstream` gave, and how long it lives from now on.
    pub(super) fn lasting(
        upstream: &str,
        secret: Secret,
        life: Duration,
        clocks: Reading,
    ) -> Result<Self, ExchangeError> {
        if secret.is_empty() {
            return Err(garbled(upstream));
        }
        match u64::try_from(life.as_millis()).unwrap_or(u64::MAX) {
            0 => Err(already_expired(upstream)),
            life_ms => Ok(Self { secret, life_ms, clock_ahead_ms: clocks.ahead_ms() }),
        }
    }

    /// A token that ends at a time on the clock of `upstream`.
    pub(super) fn ending(
        upstream: &str,
        secret: Secret,
        end: SystemTime,
        clocks: Reading,
    ) -> Result<Self, ExchangeError> {
        Self::lasting(upstream, secret, end.duration_since(clocks.there).unwrap_or_default(), clocks)
    }

    /// A token that somebody gave without a word about its end.
    pub(super) fn given(secret: Secret) -> Self {
        Self { secret, life_ms: UNKNOWN_LIFE_MS, clock_ahead_ms: 0 }
    }

    /// As a token endpoint answers; one that does not tell the life may have it told.
    pub(super) fn read(
        upstream: &str,
        answer: &Answer,
        otherwise: Option<Duration>,
    ) -> Result<Self, ExchangeError> {
        let reply: Reply = answer.json()?;
        let told = reply.expires_in.map(Duration::from_secs);
        let life = told.or(otherwise).ok_or_else(|| garbled(upstream))?;
        Self::lasting(upstream, reply.access_token, life, answer.clocks)
    }
}

impl Granted {
    pub(super) fn to(member: Option<String>, token: AccessToken) -> Self {
        Self { token, member, proof: None }
    }
}

#[derive(Deserialize)]
struct Reply {
    #[serde(deserialize_with = "secret")]
    access_token: Secret,
    expires_in: Option<u64>,
}

/// A string that must not be seen.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// The same where there may be none.
pub(super) fn optional_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

fn already_expired(upstream: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unexpected,
        "already_expired",
        format!("{upstream} gave a token that has ended, while it is {}", clock::show(clock::now())),
    )
    .with_hint("check this machine's clock, on most Linux systems by `timedatectl`")
}

/// As short as the least that whoever prints tokens keeps in hand.
pub(super) const UNKNOWN_LIFE: Duration = Duration::from_secs(300);
const UNKNOWN_LIFE_MS: u64 = 300_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_by_the_clock_over_there() {
        let here = clock::now();
        let clocks = Reading { here, there: here + Duration::from_secs(7200) };

        let token =
            AccessToken::ending("X", Secret::new("t"), here + Duration::from_secs(7201), clocks).unwrap();
        let ended = AccessToken::ending("X", Secret::new("t"), here + Duration::from_secs(3600), clocks);

        assert_eq!((token.life_ms, token.clock_ahead_ms), (1000, -7_200_000));
        assert_eq!(ended.unwrap_err().code, "already_expired");
    }

    #[test]
    fn no_life_and_no_token_are_errors() {
        let clocks = Reading { here: clock::now(), there: clock::now() };
        let make = |token: &str, life| AccessToken::lasting("X", Secret::new(token), life, clocks);

        assert_eq!(make("t", Duration::ZERO).unwrap_err().code, "already_expired");
        assert_eq!(make("", Duration::from_secs(9)).unwrap_err().code, "garbled");
    }
}

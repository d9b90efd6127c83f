//! The token that came back: for what, and until when.

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use super::{
    super::{End, api},
    refusal,
    wanted::Wanted,
};
use crate::{
    clock,
    failure::garbled,
    http::{call::Answer, date::Reading},
};

pub(super) struct Minted {
    pub(super) secret: Secret,
    pub(super) end: End,
}

#[derive(Deserialize)]
struct Body {
    token: String,
    /// RFC 3339, by GitHub's clock.
    expires_at: String,
    #[serde(default)]
    repositories: Option<Vec<Repository>>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

/// A repository of the same name that is somebody else's is not what was asked for.
pub(super) fn read(answer: &Answer, wanted: &Wanted) -> Result<Minted, ExchangeError> {
    let body: Body = answer.json()?;
    let got = |name: &String| {
        let mut all = body.repositories.iter().flatten();
        all.any(|repository| repository.full_name.eq_ignore_ascii_case(name))
    };
    if let Some(missing) = wanted.repositories.iter().find(|name| !got(name)) {
        return Err(refusal::not_reached(missing));
    }
    if body.token.is_empty() {
        return Err(garbled(api::UPSTREAM));
    }
    let end = end(&body.expires_at, answer.clocks)?;
    Ok(Minted { secret: Secret::new(body.token), end })
}

fn end(expires_at: &str, clocks: Reading) -> Result<End, ExchangeError> {
    let ends = clock::parse(expires_at).ok_or_else(|| garbled(api::UPSTREAM))?;
    let life = ends.duration_since(clocks.there).unwrap_or_default();
    match u64::try_from(life.as_millis()).unwrap_or(u64::MAX) {
        0 => Err(ExchangeError::new(
            ErrorKind::Unexpected,
            "already_expired",
            format!("the token that GitHub gave had ended at {}", clock::show(ends)),
        )
        .with_hint("check the clock of this machine: `date -u`")),
        life_ms => Ok(End { life_ms, clock_ahead_ms: clocks.ahead_ms() }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_end_is_by_the_clock_over_there() {
        let there = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let clocks = Reading { here: there + Duration::from_secs(7200), there };

        let End { life_ms, clock_ahead_ms } = end("2026-01-01T01:00:00Z", clocks).unwrap();

        assert_eq!((life_ms, clock_ahead_ms), (3_600_000, 7_200_000));
        assert_eq!(end("2025-12-31T23:00:00Z", clocks).unwrap_err().code, "already_expired");
        assert_eq!(end("soon", clocks).unwrap_err().code, "garbled");
    }
}

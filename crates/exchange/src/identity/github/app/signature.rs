//! What an app signs: that it is itself, for the next minutes.

use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, Header, encode};
use serde::Serialize;
use shorepass_core::exchange::ExchangeError;
use shorepass_secret::Secret;

use super::{
    super::{api, misconfigured},
    key::Key,
};
use crate::{clock, http::call::Answer};

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: u64,
    exp: u64,
}

/// As of that moment.
pub(super) fn sign(app: &str, key: &Key, at: SystemTime) -> Result<Secret, ExchangeError> {
    let claims = claims(app, clock::since_epoch_ms(at) / 1000);
    let signed = encode(&Header::new(Algorithm::RS256), &claims, &key.0);
    signed.map(Secret::new).map_err(|_| {
        misconfigured("github_app_key_broken", "nothing can be signed with the app's private key")
            .with_hint("get a new one: \"Generate a private key\" on the app's page at GitHub")
    })
}

/// Whether a refusal is for the dates of the signed claims.
pub(super) fn is_about_time(answer: &Answer) -> bool {
    answer.status == 401 && is_of_dates(&api::words(answer))
}

fn claims(app: &str, now: u64) -> Claims<'_> {
    Claims { iss: app, iat: now.saturating_sub(TOLERANCE.as_secs()), exp: now + LIFE.as_secs() }
}

fn is_of_dates(words: &str) -> bool {
    words.contains("'expiration time'") || words.contains("'issued at'")
}

/// For clocks that drift, as GitHub's own manual has it.
const TOLERANCE: Duration = Duration::from_secs(60);
/// Ten minutes is the most, and a clock there that is behind finds it further ahead.
const LIFE: Duration = Duration::from_secs(9 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_a_minute_ago_and_ends_within_ten() {
        let Claims { iss, iat, exp } = claims("1001", 1_000_000);

        assert_eq!((iss, iat), ("1001", 999_940));
        assert!(exp > 1_000_000 && exp - iat <= 600);
    }

    #[test]
    fn only_words_about_dates_are_about_time() {
        assert!(is_of_dates("'expiration time' claim ('exp') is too far in the future"));
        assert!(is_of_dates("'issued at' claim ('iat') must be an integer representing the time"));
        assert!(!is_of_dates("a json web token could not be decoded"));
    }
}

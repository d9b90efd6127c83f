//! A token that a registry's token service has given: the password that it is, and what is known of its end.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError, Exchanged, Made};
use shorepass_secret::Secret;

use crate::{failure::garbled, http::date::Reading, jwt::Claims};

/// A token and the clocks as it came.
#[derive(Debug)]
pub(super) struct GivenToken {
    secret: Secret,
    clocks: Reading,
    upstream: &'static str,
}

impl GivenToken {
    /// Something that may be a password: one word.
    pub(super) fn read(upstream: &'static str, text: String, clocks: Reading) -> Result<Self, ExchangeError> {
        let secret = Secret::new(text);
        let is_word = !secret.expose().is_empty() && secret.expose().bytes().all(|b| b.is_ascii_graphic());
        if is_word { Ok(Self { secret, clocks, upstream }) } else { Err(garbled(upstream)) }
    }

    /// How long it lives by what it says of itself, by the clock over there. One that says nothing, or is no
    /// JWT, has none.
    pub(super) fn own_life(&self) -> Option<Duration> {
        let end =
            UNIX_EPOCH.checked_add(Duration::from_secs(Claims::peek(self.secret.expose()).expires_at?))?;
        Some(end.duration_since(self.clocks.there).unwrap_or_default())
    }

    /// Whom it says it is about, not shortened as for a message.
    pub(super) fn subject(&self) -> Option<String> {
        let About { sub } = jsonwebtoken::dangerous::insecure_decode_claims(self.secret.expose()).ok()?;
        Some(sub)
    }

    /// The credential, good for that long.
    pub(super) fn good_for(self, username: &str, life: Duration) -> Result<Exchanged, ExchangeError> {
        let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        if life_ms == 0 {
            let message = format!("the token that {} gave had ended", self.upstream);
            return Err(ExchangeError::new(ErrorKind::Unexpected, "already_expired", message)
                .with_hint("check the clock of this machine: `date -u`"));
        }
        let clock_ahead_ms = self.clocks.ahead_ms();
        Ok(Exchanged::Credential(Made { clock_ahead_ms, ..Made::new(username, self.secret, life_ms) }))
    }

    /// The credential, good for nobody knows how long, and asked for again after `believed`.
    pub(super) fn lasting(self, username: &str, believed: Duration) -> Exchanged {
        let life_ms = u64::try_from(believed.as_millis()).unwrap_or(u64::MAX);
        let clock_ahead_ms = self.clocks.ahead_ms();
        Exchanged::Credential(Made { life_ms, clock_ahead_ms, ..Made::lasting(username, self.secret) })
    }
}

#[derive(Deserialize)]
struct About {
    sub: String,
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_life_is_the_tokens_own_by_the_clock_over_there() {
        let life = |text: String| given(text).own_life();

        assert_eq!(life(jwt("{\"exp\":1767229200}")), Some(Duration::from_secs(3600)));
        assert_eq!(life(jwt("{\"exp\":1767225599}")), Some(Duration::ZERO));
        assert_eq!(life(jwt("{\"exp\":18446744073709551615}")), None);
        assert_eq!((life(jwt("{}")), life("opaque".into())), (None, None));
    }

    #[test]
    fn what_has_ended_is_no_credential() {
        let given = || given("canary".into());

        assert_eq!(given().good_for("x", Duration::ZERO).unwrap_err().code, "already_expired");
        let Exchanged::Credential(made) = given().good_for("x", Duration::from_secs(60)).unwrap() else {
            panic!("it is a credential");
        };
        assert_eq!((made.life_ms, made.clock_ahead_ms, made.is_lasting), (60_000, 7_200_000, false));
    }

    #[test]
    fn what_nobody_knows_the_end_of_is_believed_for_a_while() {
        let Exchanged::Credential(made) = given("canary".into()).lasting("x", Duration::from_secs(60)) else {
            panic!("it is a credential");
        };

        assert_eq!((made.life_ms, made.clock_ahead_ms, made.is_lasting), (60_000, 7_200_000, true));
    }

    #[test]
    fn what_is_no_word_is_no_token() {
        for text in ["", "two words", "a\nb", "caf\u{e9}"] {
            let there = UNIX_EPOCH;
            let read = GivenToken::read("Quay", text.into(), Reading { here: there, there });

            assert_eq!(read.unwrap_err().code, "garbled", "{text:?}");
        }
    }

    fn given(text: String) -> GivenToken {
        let there = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let clocks = Reading { here: there + Duration::from_secs(7200), there };
        GivenToken::read("Quay", text, clocks).unwrap()
    }

    fn jwt(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }
}

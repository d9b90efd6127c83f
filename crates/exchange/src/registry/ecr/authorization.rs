//! What both kinds of ECR have in common: the token, and when another session's token will do.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use shorepass_core::exchange::{ErrorKind, ExchangeError, Exchanged, Made};
use shorepass_secret::Secret;

use crate::{
    clock,
    failure::garbled,
    http::date::Reading,
    identity::aws::{Aws, Found, Lookup, renewal_hint},
};

/// A registry's user and password.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::registry) struct Authorization {
    username: String,
    secret: Secret,
    life_ms: u64,
    clock_ahead_ms: i64,
}

/// Finds credentials and calls the registry with them, unless a credential of the same principal is at hand.
pub(in crate::registry) async fn obtain<F>(
    aws: &Aws<'_>,
    known: &[String],
    call: impl Fn(Credentials) -> F,
) -> Result<Exchanged, ExchangeError>
where
    F: Future<Output = Result<Authorization, ExchangeError>>,
{
    let found = aws.credentials().await?;
    let lookup = (aws.shares() && found.rotate()).then(|| Lookup::start(aws, &found.credentials));
    let Some(lookup) = lookup else {
        return Ok(again_if_expired(aws, found, call).await?.into_exchanged(None));
    };
    if known.is_empty() {
        let authorization = again_if_expired(aws, found, call).await?;
        return Ok(authorization.into_exchanged(lookup.finish_soon().await));
    }
    aws.progress().waits_for("STS");
    let principal = lookup.finish().await;
    match principal {
        Some(principal) if known.contains(&principal) => Ok(Exchanged::SameAs { principal }),
        principal => Ok(again_if_expired(aws, found, call).await?.into_exchanged(principal)),
    }
}

/// Credentials that a file or an agent kept may have ended an instant ago: new ones are asked for, once.
async fn again_if_expired<F>(
    aws: &Aws<'_>,
    found: Found,
    call: impl Fn(Credentials) -> F,
) -> Result<Authorization, ExchangeError>
where
    F: Future<Output = Result<Authorization, ExchangeError>>,
{
    match call(found.credentials.clone()).await {
        Err(error) if error.code == "session_expired" => {
            let renewed = aws.credentials().await?;
            if renewed.credentials == found.credentials {
                return Err(renewal_hint(error, found.source));
            }
            call(renewed.credentials).await.map_err(|error| renewal_hint(error, renewed.source))
        }
        other => other,
    }
}

impl Authorization {
    /// Takes the answer of `upstream` apart; its end is by the clock over there.
    pub(in crate::registry) fn read(
        upstream: &str,
        token: Option<&str>,
        expires_at: Option<DateTime>,
        clocks: Reading,
    ) -> Result<Self, ExchangeError> {
        let (username, secret) = token.and_then(decode).ok_or_else(|| garbled(upstream))?;
        let expires_at: SystemTime =
            expires_at.and_then(|at| at.try_into().ok()).ok_or_else(|| garbled(upstream))?;
        let life = expires_at.duration_since(clocks.there).unwrap_or_default();
        match u64::try_from(life.as_millis()).unwrap_or(u64::MAX) {
            0 => Err(already_expired(upstream, expires_at, clocks.there)),
            life_ms => Ok(Self { username, secret, life_ms, clock_ahead_ms: clocks.ahead_ms() }),
        }
    }

    fn into_exchanged(self, principal: Option<String>) -> Exchanged {
        let Self { username, secret, life_ms, clock_ahead_ms } = self;
        Exchanged::Credential(Made { principal, clock_ahead_ms, ..Made::new(username, secret, life_ms) })
    }
}

fn decode(token: &str) -> Option<(String, Secret)> {
    let text = String::from_utf8(LENIENT.decode(token.trim()).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    if username.is_empty() || password.is_empty() {
        return None;
    }
    Some((username.to_owned(), Secret::new(password)))
}

fn already_expired(upstream: &str, expires_at: SystemTime, now: SystemTime) -> ExchangeError {
    let (end, now) = (clock::show(expires_at), clock::show(now));
    ExchangeError::new(
        ErrorKind::Unexpected,
        "already_expired",
        format!("{upstream} gave a credential that ended at {end}, while it is {now}"),
    )
    .with_hint("check this machine's clock, on most Linux systems by `timedatectl`")
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_password_may_have_colons() {
        let decoded = decode(&STANDARD.encode("AWS:a:b:c")).unwrap();

        assert_eq!(decoded, ("AWS".to_owned(), Secret::new("a:b:c")));
    }

    #[test]
    fn what_is_no_token_is_garbled() {
        for text in ["AWS", ":x", "AWS:", ""] {
            let token = STANDARD.encode(text);
            let error = Authorization::read("ECR", Some(&token), Some(distant()), now()).unwrap_err();
            assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unexpected, "garbled"), "{text}");
        }
        for (token, at) in [(None, Some(distant())), (Some("*"), Some(distant())), (Some("QVdTOng="), None)] {
            assert_eq!(Authorization::read("ECR", token, at, now()).unwrap_err().code, "garbled");
        }
    }

    #[test]
    fn the_life_is_the_answers_to_the_millisecond() {
        let at = DateTime::from_millis(4_102_444_800_123);
        let there = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800 - 43_200);
        let clocks = Reading { here: there + Duration::from_secs(60), there };

        let read = Authorization::read("ECR", Some(&STANDARD.encode("AWS:x")), Some(at), clocks).unwrap();

        assert_eq!((read.life_ms, read.clock_ahead_ms), (43_200_123, 60_000));
    }

    #[test]
    fn a_token_that_has_ended_blames_the_clock() {
        let at = DateTime::from_secs(1_420_070_400);

        let error =
            Authorization::read("ECR", Some(&STANDARD.encode("AWS:canary")), Some(at), now()).unwrap_err();

        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unexpected, "already_expired"));
        assert!(error.message.contains("2015-01-01T00:00:00Z"), "{}", error.message);
        assert!(error.hint.unwrap().contains("clock"));
    }

    fn now() -> Reading {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        Reading { here: now, there: now }
    }

    fn distant() -> DateTime {
        DateTime::from_secs(4_102_444_800)
    }
}

//! A token service that speaks RFC 8693: one token in, another out.
//!
//! Nothing is asked for that the rule does not name. Clients with a secret are not supported.

mod refusal;

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    kind::TokenExchangeTarget as Target,
};

use super::{given_token::GivenToken, shown_token::ShownToken};
use crate::{
    deadline::Progress,
    http::{self, call::Call},
};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let shown = ShownToken::fetch(request, progress).await?;

    progress.waits_for(SERVICE);
    let call = Call::post(SERVICE, &target.endpoint).form(&form(target, &shown));
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if !answer.is_success() {
        return Err(refusal::of(target, &shown, &answer));
    }
    let Given { access_token, token_type, expires_in } = answer.json()?;
    if !token_type.as_deref().is_none_or(is_bearers) {
        return Err(bound());
    }
    let given = GivenToken::read(SERVICE, access_token, answer.clocks)?;
    let said = expires_in.as_ref().and_then(life_of);
    let life = said.unwrap_or_else(|| unsaid_life(target.life, given.own_life()));
    given.good_for(&target.username, life)
}

fn form<'a>(target: &'a Target, shown: &'a ShownToken) -> Vec<(&'static str, &'a str)> {
    let mut form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", shown.expose()),
        ("subject_token_type", target.subject_token_type.as_str()),
    ];
    let optional = [
        ("requested_token_type", &target.requested_token_type),
        ("audience", &target.audience),
        ("resource", &target.resource),
        ("scope", &target.scope),
        ("client_id", &target.client_id),
    ];
    form.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
    form
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<Value>,
}

/// Seconds; some services write them as text, others with a point. `None` for what is no number of them.
fn life_of(said: &Value) -> Option<Duration> {
    let seconds = match said {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// What the rule says, unless the token itself ends sooner; without either, little.
fn unsaid_life(configured: Option<Duration>, own: Option<Duration>) -> Duration {
    match (configured, own) {
        (Some(configured), Some(own)) => configured.min(own),
        (configured, own) => configured.or(own).unwrap_or(UNSAID),
    }
}

/// Whether whoever has the token may use it; `N_A` says that it is no access token.
fn is_bearers(token_type: &str) -> bool {
    ["bearer", "n_a"].iter().any(|known| token_type.eq_ignore_ascii_case(known))
}

fn bound() -> ExchangeError {
    let message = "the token service gave a token that is bound to a key, which is no password";
    ExchangeError::new(ErrorKind::Misconfigured, "token_bound", message)
        .with_hint("have the service give bearer tokens to this client, or set `requested_token_type`")
}

const SERVICE: &str = "the token service";

/// Long enough for a pull to begin; nobody has promised more.
const UNSAID: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_that_nobody_has_said_is_short() {
        let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3600));

        assert_eq!(unsaid_life(None, None), UNSAID);
        assert_eq!(unsaid_life(Some(hour), None), hour);
        assert_eq!(unsaid_life(None, Some(hour)), hour);
        assert_eq!(unsaid_life(Some(hour), Some(minute)), minute);
        assert_eq!(unsaid_life(Some(minute), Some(hour)), minute);
    }

    #[test]
    fn a_reply_may_write_its_seconds_in_several_ways() {
        for text in ["60", "60.0", "\"60\"", "\" 60.0\"", "6e1"] {
            assert_eq!(said(text), Some(Duration::from_secs(60)), "{text}");
        }
        assert_eq!((said("0"), said("0.5")), (Some(Duration::ZERO), Some(Duration::from_millis(500))));
    }

    #[test]
    fn seconds_that_are_none_say_nothing() {
        for text in
            ["-1", "-0.5", "1e300", "\"soon\"", "\"\"", "\"NaN\"", "\"inf\"", "true", "null", "[60]", "{}"]
        {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_that_is_bound_to_a_key_is_no_password() {
        for (token_type, good) in
            [("Bearer", true), ("bearer", true), ("N_A", true), ("DPoP", false), ("", false)]
        {
            assert_eq!(is_bearers(token_type), good, "{token_type}");
        }
    }

    fn said(text: &str) -> Option<Duration> {
        life_of(&serde_json::from_str(text).unwrap())
    }
}

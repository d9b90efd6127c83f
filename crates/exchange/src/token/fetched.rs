//! A token as it came, how long it still counts, and what to do when that is too short.
//!
//! Nothing is verified: what the token says of its own end is held against the clock of whoever gave it.

use std::{
    env,
    time::{Duration, SystemTime},
};

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::{CommandSource, EnvSource, FileSource, GitlabTokenSource, KubernetesSource, TokenSource},
};
use shorepass_secret::Secret;

use super::checked_from;
use crate::{clock, jwt::Claims};

/// A token, and the time where it came from.
pub(super) struct Fetched {
    text: Secret,
    now: SystemTime,
}

impl Fetched {
    /// From somewhere with a clock of its own.
    pub(super) fn dated(text: String, now: SystemTime) -> Self {
        Self { text: Secret::new(text), now }
    }

    /// The token, when it is one.
    pub(super) fn token(&self, source: &TokenSource) -> Result<Secret, ExchangeError> {
        let (place, look) = place(source);
        checked_from(self.text.expose(), &place).map_err(|error| error.with_hint(look))
    }

    /// Whether it may be over before it has been exchanged.
    pub(super) fn is_ending(&self) -> bool {
        self.left_of(self.text.expose()).is_some_and(|left| left < LEAST_LEFT)
    }

    /// How long what the source hangs on can still be shown, where that ends with the caller's job.
    pub(super) fn renewable_for(&self, source: &TokenSource) -> Option<Duration> {
        match proof(source)? {
            Proof::Token => self.left_of(self.text.expose()),
            Proof::Variable(name) => self.left_of(&env::var(name).ok()?),
        }
    }

    /// The error for a token that is ending although it was fetched twice.
    pub(super) fn expired(&self, source: &TokenSource) -> ExchangeError {
        let name = source.name();
        let message = match self.left_of(self.text.expose()).unwrap_or_default() {
            Duration::ZERO => {
                let end = Claims::peek(self.text.expose().trim())
                    .expires
                    .unwrap_or_else(|| "an unknown time".into());
                format!("the token from `{name}` ended at {end}")
            }
            left => format!("the token from `{name}` ends in {}", clock::show_span(left)),
        };
        ExchangeError::new(ErrorKind::Denied, "token_expired", message).with_hint(advice(source))
    }

    /// How long a token of the same place counts; `None` for one that does not say when it ends, or is no JWT.
    pub(super) fn left_of(&self, token: &str) -> Option<Duration> {
        Claims::peek(token.trim()).left(self.now)
    }
}

impl From<String> for Fetched {
    /// From this machine.
    fn from(text: String) -> Self {
        Self { text: Secret::new(text), now: clock::now() }
    }
}

/// Where to look for a token that is none, and what to do there.
fn place(source: &TokenSource) -> (String, &'static str) {
    let (place, look) = match source {
        TokenSource::Env(EnvSource { variable }) | TokenSource::Gitlab(GitlabTokenSource { variable }) => {
            (format!("in `{variable}`"), "put the token itself into the variable, as one word")
        }
        TokenSource::File(FileSource { path, .. })
        | TokenSource::Kubernetes(KubernetesSource::Projected { path }) => {
            (format!("in `{}`", path.display()), "check what writes the file")
        }
        TokenSource::Command(CommandSource { command, .. }) => (
            format!("from `{}`", command.first().map_or("the program", String::as_str)),
            "have the program print the token and nothing else",
        ),
        other => (format!("from `{}`", other.name()), "check what gives the token: `shorepass explain HOST`"),
    };
    (format!(" {place}"), look)
}

/// What was given to the caller's job once and has no successor.
enum Proof {
    /// The token itself.
    Token,
    /// What the job asks for tokens with.
    Variable(&'static str),
}

fn proof(source: &TokenSource) -> Option<Proof> {
    match source {
        TokenSource::Env(_)
        | TokenSource::Gitlab(_)
        | TokenSource::Bitbucket(_)
        | TokenSource::Jenkins(_)
        | TokenSource::Kubelet(_) => Some(Proof::Token),
        TokenSource::Circleci(source) if source.audience.is_none() => Some(Proof::Token),
        TokenSource::GithubActions(_) => Some(Proof::Variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")),
        TokenSource::Buildkite(_) => Some(Proof::Variable("BUILDKITE_AGENT_ACCESS_TOKEN")),
        TokenSource::AzurePipelines(_) => Some(Proof::Variable("SYSTEM_ACCESSTOKEN")),
        _ => None,
    }
}

fn advice(source: &TokenSource) -> &'static str {
    match source {
        TokenSource::Kubelet(_) => {
            "the kubelet hands over another one with the next pull; if it does not help, check this machine's \
             clock: `date -u`"
        }
        TokenSource::File(_) | TokenSource::Kubernetes(KubernetesSource::Projected { .. }) => {
            "check what renews the file, and the clock of this machine: `date -u`"
        }
        TokenSource::Jenkins(_) => {
            "bind it again with `withCredentials`, which makes a new one, or check the clock of this machine: \
             `date -u`"
        }
        source if matches!(proof(source), Some(Proof::Token)) => {
            "it was made when the job began and cannot be renewed: start the job again, or check the clock of \
             this machine: `date -u`"
        }
        _ => "a new one was fetched and is no better: check the clock of this machine: `date -u`",
    }
}

/// An exchange takes some seconds, and clocks are some seconds apart.
const LEAST_LEFT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use shorepass_core::token::{CircleciSource, GithubActionsSource};

    use super::*;

    #[test]
    fn a_token_is_ending_half_a_minute_before_its_end() {
        let is_ending = |left: u64| ending_in(left).is_ending();

        assert_eq!([0, 12, 29, 30, 300].map(is_ending), [true, true, true, false, false]);
        assert!(!Fetched::from("opaque".to_owned()).is_ending());
        assert!(!Fetched::from(jwt("{}")).is_ending());
    }

    #[test]
    fn the_words_name_the_source_the_end_and_the_clock_but_not_the_token() {
        let variable = TokenSource::Env(EnvSource { variable: "X".into() });
        let asked = TokenSource::GithubActions(GithubActionsSource::default());

        let (near, over) = (ending_in(12).expired(&variable), ending_in(0).expired(&asked));

        assert_eq!((near.kind, near.code.as_str()), (ErrorKind::Denied, "token_expired"));
        assert_eq!(near.message, "the token from `env` ends in 12 s");
        assert_eq!(over.message, "the token from `github-actions` ended at 2026-01-01T00:00:00Z");
        assert!(near.hint.as_ref().unwrap().contains("start the job again"));
        for error in [near, over] {
            assert!(
                error.hint.as_ref().unwrap().ends_with("`date -u`") && !format!("{error:?}").contains("e30")
            );
        }
    }

    #[test]
    fn what_stands_in_a_variable_is_good_until_it_ends_and_what_is_asked_for_has_no_known_end() {
        let renewable = |source: TokenSource| ending_in(300).renewable_for(&source);
        let circleci = |audience: Option<&str>| {
            TokenSource::Circleci(CircleciSource { audience: audience.map(str::to_owned) })
        };
        let variable = TokenSource::Env(EnvSource { variable: "X".into() });

        assert_eq!(renewable(variable), Some(Duration::from_secs(300)));
        assert_eq!(renewable(circleci(None)), Some(Duration::from_secs(300)));
        assert_eq!(renewable(circleci(Some("aud"))), None);
        assert_eq!(renewable(TokenSource::GithubActions(GithubActionsSource::default())), None);
    }

    /// Its end is the first moment of 2026.
    fn ending_in(left: u64) -> Fetched {
        let end = 1_767_225_600;
        Fetched::dated(jwt(&format!("{{\"exp\":{end}}}")), UNIX_EPOCH + Duration::from_secs(end - left))
    }

    fn jwt(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }
}

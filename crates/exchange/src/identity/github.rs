//! Tokens of GitHub, from wherever the caller's surroundings or the identity's settings say.
//!
//! A token is made by one GitHub, github.com or a server of one's own, and is never shown to another one's
//! registry.

mod api;
mod app;
mod chain;
mod environment;
mod gh;
mod owner;
mod stored;

use aws_types::os_shim_internal::Env;
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Made, StoredLogin},
    identity::{GithubIdentity, GithubSource as Source},
    kind::GhcrTarget as Target,
};
use shorepass_secret::Secret;

use crate::{deadline::Progress, http};

pub(crate) use chain::Search;

/// An identity in its surroundings.
pub(crate) struct Github<'a> {
    identity: &'a GithubIdentity,
    login: &'a StoredLogin,
    access: Access,
    repositories: &'a [String],
    host: &'a str,
    /// Whose tokens count.
    server: &'a str,
    progress: &'a Progress,
    env: Env,
    client: http::Client,
}

/// What lets its bearer into the registry.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) username: String,
    pub(crate) secret: Secret,
    pub(crate) source: Source,
    /// The one that it was in.
    pub(crate) variable: Option<&'static str>,
    /// Where GitHub has said when it ends.
    end: Option<End>,
}

#[derive(Debug)]
struct End {
    life_ms: u64,
    clock_ahead_ms: i64,
}

impl<'a> Github<'a> {
    pub(crate) fn open(
        identity: &'a GithubIdentity,
        target: &'a Target,
        request: &'a ExchangeRequest,
        progress: &'a Progress,
    ) -> Result<Self, ExchangeError> {
        Ok(Self {
            identity,
            login: &request.login,
            access: request.access,
            repositories: &request.repositories,
            host: &target.host,
            server: &target.server,
            progress,
            env: Env::real(),
            client: http::Client::outward(http::trust(None)?),
        })
    }

    /// Looks for tokens, place by place.
    pub(crate) fn search(&self) -> Search<'_> {
        Search::new(self)
    }

    /// Whether the identity names one place, so that there is none to go on to.
    pub(crate) fn has_one_source(&self) -> bool {
        self.identity.sources().len() == 1
    }

    pub(crate) fn client(&self) -> &http::Client {
        &self.client
    }
}

impl Token {
    /// Without an end that anybody has named.
    fn lasting(username: Option<String>, secret: Secret, source: Source) -> Self {
        Self {
            username: username.unwrap_or_else(|| ANYBODY.into()),
            secret,
            source,
            variable: None,
            end: None,
        }
    }

    /// Whether it is one of the newer personal tokens, which have permissions instead of scopes.
    pub(crate) fn is_fine_grained(&self) -> bool {
        self.secret.expose().starts_with("github_pat_")
    }

    pub(crate) fn into_exchanged(self) -> Exchanged {
        Exchanged::Credential(match self.end {
            None => Made::lasting(self.username, self.secret),
            Some(End { life_ms, clock_ahead_ms }) => {
                Made { clock_ahead_ms, ..Made::new(self.username, self.secret, life_ms) }
            }
        })
    }
}

fn misconfigured(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, code, message)
}

/// The registry looks at the token only.
const ANYBODY: &str = "x-access-token";

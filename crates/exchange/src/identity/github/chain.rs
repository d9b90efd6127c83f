//! The places where GitHub credentials may be, in order; the first that is there decides.
//!
//! A place that is there but fails is an error that says why, and not a reason to go on to the next one:
//! that would be somebody else's identity.

use shorepass_core::{exchange::ExchangeError, identity::GithubSource as Source};

use super::{Github, Token, app, environment, gh, stored};

/// Why a place brought nothing.
#[derive(Debug)]
pub(super) enum Miss {
    /// There is nothing there for this registry, and this is why, as a fragment.
    Absent(String),
    /// There is something, and it does not work.
    Failed(ExchangeError),
}

impl From<ExchangeError> for Miss {
    fn from(error: ExchangeError) -> Self {
        Self::Failed(error)
    }
}

/// What looking at a place brings.
pub(super) type Looked = Result<Token, Miss>;

pub(super) fn absent<T>(why: impl Into<String>) -> Result<T, Miss> {
    Err(Miss::Absent(why.into()))
}

pub(super) async fn find(github: &Github<'_>) -> Result<Token, ExchangeError> {
    let sources = github.identity.sources();
    let is_only = sources.len() == 1;
    let mut missing = Vec::new();
    for source in sources {
        let looked = match source {
            Source::Environment => environment::look(&github.env, github.server),
            Source::Gh => gh::look(github, is_only).await,
            Source::App => app::look(github).await,
            Source::Stored => stored::look(github.login),
        };
        match looked {
            Ok(token) => return Ok(token),
            Err(Miss::Failed(error)) => return Err(error),
            Err(Miss::Absent(why)) => missing.push(why),
        }
    }
    Err(nowhere(github, &missing))
}

fn nowhere(github: &Github<'_>, missing: &[String]) -> ExchangeError {
    let (host, server) = (github.host, github.server);
    let sources = github.identity.sources().iter();
    let means: Vec<String> = sources
        .filter_map(|source| match source {
            Source::Environment => Some("set `GITHUB_TOKEN`".to_owned()),
            Source::Gh => Some(format!("`gh auth login --hostname {server} --scopes read:packages`")),
            Source::Stored => Some(format!("`docker login {host}` with a classic token")),
            Source::App => None,
        })
        .collect();
    let message = format!("no login of `{server}` was found: {}", missing.join("; "));
    ExchangeError { message, ..ExchangeError::no_login() }
        .with_hint(format!("log in: {}", means.join(", or ")))
}

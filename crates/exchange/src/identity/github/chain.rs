//! The places where GitHub credentials may be, in order; the first that is there decides.
//!
//! A place that is there but fails is an error that says why, and not a reason to go on to the next one:
//! that would be somebody else's identity. Only what the registry never takes may be discarded.

use std::slice;

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

/// The places that are left, and what those before them have brought.
pub(crate) struct Search<'a> {
    github: &'a Github<'a>,
    sources: slice::Iter<'static, Source>,
    missing: Vec<String>,
}

impl<'a> Search<'a> {
    pub(super) fn new(github: &'a Github<'a>) -> Self {
        Self { github, sources: github.identity.sources().iter(), missing: Vec::new() }
    }

    /// The token of the next place that has one.
    pub(crate) async fn token(&mut self) -> Result<Token, ExchangeError> {
        let github = self.github;
        for source in self.sources.by_ref() {
            let looked = match source {
                Source::Environment => environment::look(&github.env, github.server),
                Source::Gh => gh::look(github, github.has_one_source()).await,
                Source::App => app::look(github).await,
                Source::Stored => stored::look(github.login),
            };
            match looked {
                Ok(token) => return Ok(token),
                Err(Miss::Failed(error)) => return Err(error),
                Err(Miss::Absent(why)) => self.missing.push(why),
            }
        }
        Err(nowhere(github, &self.missing))
    }

    /// The token that was found is as good as none, and this is why, as a fragment.
    pub(crate) fn discard(&mut self, why: String) {
        self.missing.push(why);
    }
}

fn nowhere(github: &Github<'_>, missing: &[String]) -> ExchangeError {
    let (host, server) = (github.host, github.server);
    let sources = github.identity.sources().iter();
    let means: Vec<String> = sources
        .filter_map(|source| match source {
            Source::Environment => Some("set `GITHUB_TOKEN`".to_owned()),
            Source::Gh => Some(format!("`gh auth login --hostname {server} --scopes read:packages`")),
            Source::Stored => {
                let command = super::super::storing(github.identity.login.as_deref(), host);
                Some(format!("{command} with a classic token"))
            }
            Source::App => None,
        })
        .collect();
    let message = format!("no login of `{server}` was found: {}", missing.join("; "));
    ExchangeError { message, ..ExchangeError::no_login() }
        .with_hint(format!("log in: {}", means.join(", or ")))
}

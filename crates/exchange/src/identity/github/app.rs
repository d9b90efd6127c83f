//! A GitHub App: it signs that it is itself, and gets a token of one of its installations for an hour.
//!
//! The token is for packages only and, where the rule names images, for the repositories of those names. The
//! forms are those of "Generating an installation access token for a GitHub App".

mod key;
mod minted;
mod place;
mod refusal;
mod signature;
mod wanted;

use std::time::SystemTime;

use shorepass_core::{
    exchange::ExchangeError,
    identity::{GithubApp, GithubSource as Source},
};

use super::{Github, Token, api, chain::Looked};
use crate::{
    clock,
    failure::garbled,
    http::call::{Answer, Call},
};
use key::Key;
use minted::Minted;
use wanted::{Level, Wanted};

pub(super) async fn look(github: &Github<'_>) -> Looked {
    let Some(app) = &github.identity.app else {
        return Err(ExchangeError::no_login().into());
    };
    github.progress.waits_for(api::UPSTREAM);
    let wanted = Wanted::of(github.access, github.repositories)?;
    let desk = Desk { github, app, key: Key::read(&app.key, github.login)? };
    let installation = place::find(&desk).await?;
    let minted = mint(&desk, &installation, &wanted).await?;
    Ok(Token {
        username: super::ANYBODY.into(),
        secret: minted.secret,
        source: Source::App,
        variable: None,
        end: Some(minted.end),
    })
}

/// Where an app signs and asks.
struct Desk<'a> {
    github: &'a Github<'a>,
    app: &'a GithubApp,
    key: Key,
}

impl Desk<'_> {
    /// Asks in the app's own name, and once more by GitHub's clock if this machine's is wrong.
    async fn ask(&self, call: impl Fn() -> Call) -> Result<Answer, ExchangeError> {
        let mut answer = self.ask_at(call(), clock::now()).await?;
        if signature::is_about_time(&answer) && answer.clocks.ahead_ms() != 0 {
            answer = self.ask_at(call(), answer.clocks.there).await?;
        }
        match api::passing(&answer) {
            Some(error) => Err(error),
            None => Ok(answer),
        }
    }

    async fn ask_at(&self, call: Call, at: SystemTime) -> Result<Answer, ExchangeError> {
        let signed = signature::sign(&self.app.id, &self.key, at)?;
        api::dressed(call, signed.expose()).send(&self.github.client).await
    }
}

/// Whoever wants all that an app may do gets that: to read packages where it may not write them.
async fn mint(desk: &Desk<'_>, installation: &str, wanted: &Wanted) -> Result<Minted, ExchangeError> {
    let levels: &[Level] = wanted.levels();
    let url = format!("{}/app/installations/{installation}/access_tokens", desk.github.api());
    for (tried, level) in levels.iter().enumerate() {
        let body = wanted.body(*level);
        let answer = desk.ask(|| Call::post(api::UPSTREAM, &url).json(&body)).await?;
        if answer.is_success() {
            return minted::read(&answer, wanted);
        }
        if tried + 1 == levels.len() || !refusal::is_about_permissions(&answer) {
            return Err(refusal::of_mint(desk.app, installation, wanted, *level, &answer));
        }
    }
    Err(garbled(api::UPSTREAM))
}

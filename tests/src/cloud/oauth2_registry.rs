//! A registry's token service with refresh tokens, as distribution's "token" and "oauth" specifications
//! have it: `GET` with a Basic login, `POST` with a grant, and the challenge that leads there.

mod challenge;
mod knobs;
mod operation;
mod token;
mod world;

#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

pub use self::{
    knobs::{Challenge, Post, Settings},
    operation::Service,
    world::{User, World},
};
use super::{
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand, bearer::Bearer},
};

/// A running token service; dropping it stops it.
pub type OAuth2Registry = Stand<Office>;

/// What is the service's own: its key, and whose each refresh token is.
pub struct Office {
    bearer: Bearer,
    refresh: Book<String>,
}

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self { bearer: Bearer::new("oauth2-registry", clock), refresh: Book::new(clock.clone()) }
    }

    fn operation(site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(site, request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match (operation.service, request.method.as_str()) {
            (Service::Registry, _) => challenge::answer(site, request),
            (Service::Token, "GET") => token::by_login(site, request),
            (Service::Token, "POST") => token::by_grant(site, request),
            _ => Answer::refused(operation::only_get_and_post()),
        }
    }
}

impl OAuth2Registry {
    /// For a registry's `auth.token.realm`.
    #[must_use]
    pub fn realm(&self) -> String {
        format!("{}/token", self.url())
    }

    /// For a registry's `auth.token.service`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        challenge::SERVICE
    }

    /// For a registry's `auth.token.issuer`.
    #[must_use]
    pub fn token_issuer(&self) -> &'static str {
        self.site().bearer.issuer()
    }

    /// Writes the file for a registry's `auth.token.rootcertbundle` into a folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_certificate(&self, folder: &Path) -> io::Result<PathBuf> {
        self.site().bearer.write_certificate(folder, "oauth2-token-signer.pem")
    }

    /// The refresh tokens it has handed out, with the name of whom each stands for.
    #[must_use]
    pub fn refresh_tokens(&self) -> &Book<String> {
        &self.site().refresh
    }

    /// For whom an access token was given that counts at this moment.
    #[must_use]
    pub fn owner(&self, access_token: &str) -> Option<String> {
        self.site().bearer.subject(access_token)
    }
}

//! Any token endpoint that speaks RFC 8693: a subject token in, an access token out.
//!
//! No vendor's in particular: what is optional in the RFC can be demanded here, and is then verified.

mod admission;
mod answer;
mod asked;
mod client;
mod knobs;
mod operation;
mod world;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::{
    knobs::Settings,
    operation::Service,
    world::{Client, World},
};
use super::{
    Issuer,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand},
};
use crate::registry::Admission;

/// A running endpoint; dropping it stops it.
pub type TokenExchange = Stand<Office>;

/// What is the endpoint's own: the tokens it has handed out.
pub struct Office {
    issued: Book<Issued>,
}

/// What is known about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Who the exchanged token was about.
    pub subject: String,
    /// What it is for: every `audience` and `resource` that was asked for.
    pub targets: Vec<String>,
    /// What it may be used for.
    pub scope: Vec<String>,
    /// The client that has asked, if it has said so.
    pub client: Option<String>,
}

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self { issued: Book::new(clock.clone()) }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, _operation: &Operation<Service>) -> Answer {
        answer::to(site, request)
    }
}

impl TokenExchange {
    /// For a registry that serves those whom this fake has given a token.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        admission::of(self.site().clone())
    }

    /// Where tokens are exchanged.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/token", self.url())
    }

    /// The tokens it has handed out.
    #[must_use]
    pub fn issued(&self) -> &Book<Issued> {
        &self.site().issued
    }

    /// An OIDC issuer whose keys the endpoint can fetch, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.with_world(|world| world.find_issuer(url).cloned())
    }
}

//! A fake JFrog platform, as far as it exchanges OIDC tokens for access tokens of Artifactory.
//!
//! Neither the registry behind it nor any other kind of access token is here.

mod admission;
mod exchange;
mod knobs;
mod operation;
mod world;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::{
    knobs::Settings,
    operation::Service,
    world::{Mapping, Provider, World},
};
use super::{
    Issuer,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand},
};
use crate::registry::Admission;

/// A running platform; dropping it stops it.
pub type Artifactory = Stand<Office>;

/// What is the platform's own: its key and the tokens it has handed out.
pub struct Office {
    key: Issuer,
    issued: Book<Issued>,
}

/// What is known about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The name that it logs in with.
    pub username: String,
    /// The identity mapping that it comes from.
    pub mapping: String,
    /// Who the exchanged token was about.
    pub subject: String,
}

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self { key: Issuer::es256("jfac@01shorepass"), issued: Book::new(clock.clone()) }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, _operation: &Operation<Service>) -> Answer {
        exchange::answer(site, request)
    }
}

impl Artifactory {
    /// For a registry that serves those whom this fake has given a token.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        admission::of(self.site().clone())
    }

    /// The tokens it has handed out.
    #[must_use]
    pub fn issued(&self) -> &Book<Issued> {
        &self.site().issued
    }

    /// Whether Artifactory would let this login in at this moment.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        self.site().issued.find_live(password).is_some_and(|issued| issued.username == username)
    }

    /// An OIDC issuer whose keys the platform can fetch, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.with_world(|world| world.find_issuer(url).cloned())
    }
}

//! A fake Quay that verifies what Quay verifies: robots' logins, and the federation that lets a robot in
//! with a token of another issuer.
//!
//! Making robots and their federation over the API is not here; both are part of the world.

mod admission;
mod federation;
mod knobs;
mod operation;
mod registry;
mod world;

#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::{
    knobs::Settings,
    operation::Service,
    world::{Federation, Robot, World},
};
use super::{
    Issuer,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand, bearer::Bearer},
};
use crate::registry::Admission;

/// A running Quay; dropping it stops it.
pub type Quay = Stand<Office>;

/// What is Quay's own: its keys, and the robot of each temporary token.
pub struct Office {
    bearer: Bearer,
    key: Issuer,
    issued: Book<String>,
}

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self {
            bearer: Bearer::new("quay", clock),
            key: Issuer::es256("quay"),
            issued: Book::new(clock.clone()),
        }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.service {
            Service::Federation => federation::answer(site, request),
            Service::Auth => registry::token(site, request),
            Service::Registry => registry::challenge(site, request),
        }
    }
}

impl Quay {
    /// For a registry that serves those whom this Quay lets in.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        admission::of(self.site().clone())
    }

    /// The temporary tokens it has handed out, with the robot of each.
    #[must_use]
    pub fn issued(&self) -> &Book<String> {
        &self.site().issued
    }

    /// Whether a login counts at this moment, with the robot's own token or a temporary one.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        registry::is_good(self.site(), username, password)
    }

    /// For a registry's `auth.token.realm`.
    #[must_use]
    pub fn realm(&self) -> String {
        format!("{}/v2/auth", self.url())
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
        self.site().bearer.write_certificate(folder, "quay-token-signer.pem")
    }

    /// An OIDC issuer whose keys Quay can fetch, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.with_world(|world| world.find_issuer(url).cloned())
    }
}

//! A fake Harbor that verifies what Harbor verifies and refuses what Harbor refuses.
//!
//! It speaks the half of Harbor that makes logins: robot accounts under `/api/v2.0`, the token service and
//! the registry's challenge. Images are served elsewhere, by a registry that asks [`Harbor::admission`] or
//! trusts the token service's certificate.

mod admission;
mod api;
mod caller;
mod catalogue;
mod error;
mod knobs;
mod operation;
mod permission;
mod robots;
mod token;
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
    permission::{Access, Permission},
    world::{Project, Robot, User, World},
};
use super::{
    clock::ServerClock,
    http::Request,
    stand::{Answer, Fake, Operation, Site, Stand, bearer::Bearer},
};
use crate::registry::Admission;

/// A running Harbor; dropping it stops it.
pub type Harbor = Stand<Office>;

/// What is Harbor's own: the key of its token service.
pub struct Office {
    bearer: Bearer,
}

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self { bearer: Bearer::new("harbor-token-issuer", clock) }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.service {
            Service::Api => api::answer(site, request, operation.name),
            Service::Robots => robots::answer(site, request, operation.name),
            Service::Token => token::answer(site, request),
            Service::Registry => token::challenge(site, request),
        }
    }
}

impl Harbor {
    /// For a registry that serves those whom this Harbor lets in.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        admission::of(self.site().clone())
    }

    /// The full names of every robot there is, oldest first.
    #[must_use]
    pub fn robots(&self) -> Vec<String> {
        self.with_world(|world| world.robots().map(|robot| world.name_of(robot)).collect())
    }

    /// Whether a login counts at this moment.
    #[must_use]
    pub fn is_valid(&self, username: &str, password: &str) -> bool {
        let now = self.site().now();
        self.with_world(|world| caller::Caller::of_login(world, username, password, now).is_some())
    }

    /// Whether a login would be let in at this moment to do that (`pull`, `push` …) in a project.
    #[must_use]
    pub fn allows(&self, username: &str, password: &str, project: &str, action: &str) -> bool {
        let now = self.site().now();
        self.with_world(|world| {
            let caller = caller::Caller::of_login(world, username, password, now);
            caller.is_some_and(|caller| caller.can(Some(project), "repository", action))
        })
    }

    /// For a registry's `auth.token.realm`.
    #[must_use]
    pub fn realm(&self) -> String {
        format!("{}/service/token", self.url())
    }

    /// For a registry's `auth.token.service`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        token::SERVICE
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
        self.site().bearer.write_certificate(folder, "harbor-token-signer.pem")
    }
}

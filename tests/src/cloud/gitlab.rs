//! A fake GitLab container registry that verifies what GitLab verifies and refuses what GitLab refuses.
//!
//! One server is GitLab's token service and the registry beside it; path and `Host` tell which is meant, so
//! it can stand behind a hosts file, too.

mod admission;
mod auth;
mod logins;
mod operation;
mod registry;
mod settings;
mod world;

#[cfg(test)]
mod tests;

pub use self::{
    operation::Service,
    settings::Settings,
    world::{AccessToken, DeployToken, Job, Project, World},
};
use super::{
    Issuer,
    access::Access,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand},
};

/// A running GitLab; dropping it stops it.
pub type GitLab = Stand<House>;

/// What is GitLab's own: its key and its book.
pub struct House {
    signer: Issuer,
    bearers: Book<Bearer>,
}

/// What a bearer token of the registry is good for.
#[derive(Debug, Clone)]
struct Bearer {
    /// Absent for anonymous pulls.
    principal: Option<String>,
    access: Vec<Access>,
}

impl Fake for House {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self { signer: Issuer::es256("omnibus-gitlab-issuer"), bearers: Book::new(clock.clone()) }
    }

    fn operation(site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(&site.world(), request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.name {
            "gitlab:Token" => auth::answer(site, request).into(),
            "registry:Manifest" => registry::manifest(site, request),
            _ => registry::challenge(site, request),
        }
    }
}

impl GitLab {
    /// Whose login this is, if it counts at this moment.
    #[must_use]
    pub fn owner(&self, username: &str, password: &str) -> Option<String> {
        logins::of(self.site(), username, password).ok().map(|login| login.name())
    }
}

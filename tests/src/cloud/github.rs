//! A fake GitHub that verifies what GitHub verifies and refuses what GitHub refuses.
//!
//! One server is the API for apps, the sign-in by device code and the container registry with its token
//! service; path and `Host` tell which is meant, so it can stand behind a hosts file, too.

mod admission;
mod api;
mod error;
mod knobs;
mod login;
mod logins;
mod operation;
mod registry;
mod scripts;
mod world;

#[cfg(test)]
mod tests;

pub use self::{
    api::Installed,
    knobs::Settings,
    login::SignIns,
    operation::Service,
    world::{
        App, Client, Installation, Job, Organisation, Package, Person, PersonalToken, TokenKind, World,
        permissions,
    },
};
use self::{api::Rates, logins::OauthToken};
use super::{
    access::Access,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand},
};

/// A running GitHub; dropping it stops it.
pub type GitHub = Stand<House>;

/// What is GitHub's own: its books.
pub struct House {
    installed: Book<Installed>,
    oauth: Book<OauthToken>,
    bearers: Book<Bearer>,
    sign_ins: SignIns,
    rates: Rates,
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
        Self {
            installed: Book::new(clock.clone()),
            oauth: Book::new(clock.clone()),
            bearers: Book::new(clock.clone()),
            sign_ins: SignIns::default(),
            rates: Rates::default(),
        }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.name {
            "api:CreateToken" => api::create_token(site, request),
            "api:FindInstallation" => api::find_installation(site, request),
            "api:User" => api::user(site, request),
            "login:DeviceCode" => login::device_code(site, request).into(),
            "login:Token" => login::token(site, request).into(),
            "ghcr:Token" => registry::token(site, request).into(),
            "ghcr:Manifest" => registry::manifest(site, request),
            _ => registry::challenge(site, request),
        }
    }
}

impl GitHub {
    /// The installation tokens that were handed out.
    #[must_use]
    pub fn installed(&self) -> &Book<Installed> {
        &self.site().installed
    }

    /// The sign-ins of people by device code.
    #[must_use]
    pub fn sign_ins(&self) -> &SignIns {
        &self.site().sign_ins
    }

    /// Whose login this is at the registry, if it counts at this moment.
    #[must_use]
    pub fn owner(&self, username: &str, password: &str) -> Option<String> {
        logins::of(self.site(), username, password).map(|login| login.name())
    }
}

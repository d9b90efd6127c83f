//! A fake Docker Hub that verifies what Docker verifies and refuses what Docker refuses.
//!
//! One server is the token service, the registry, the exchange of GitHub's ID tokens, the sign-in of people
//! and the Hub's API; path, `Host` and form tell which is meant, so it can stand behind a hosts file, too.

mod admission;
mod api;
mod auth;
mod error;
mod identity;
mod knobs;
mod login;
mod logins;
mod operation;
mod pulls;
mod registry;
mod world;

#[cfg(test)]
mod tests;

use std::{sync::OnceLock, time::Duration};

pub use self::{
    identity::{AUDIENCE, Keyless},
    knobs::Settings,
    login::SignIns,
    operation::Service,
    world::{
        AccessToken, Account, CI_SUBJECT, CLIENT_ID, CONNECTION, Connection, GITHUB_ISSUER, Grant, Plan,
        Repository, Ruleset, World,
    },
};
use self::{logins::Login, pulls::Pulls};
use super::{
    Issuer,
    access::Access,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Book, Fake, Operation, Site, Stand},
};

/// A running Docker Hub; dropping it stops it.
pub type Hub = Stand<House>;

/// What is the Hub's own: its key and its books.
pub struct House {
    signer: Issuer,
    keyless: Book<Keyless>,
    bearers: Book<Bearer>,
    refresh: Book<Login>,
    pulls: Pulls,
    sign_ins: SignIns,
}

/// What a bearer token of the registry is good for.
#[derive(Debug, Clone)]
struct Bearer {
    /// Absent for anonymous pulls.
    account: Option<String>,
    access: Vec<Access>,
}

impl Fake for House {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(clock: &ServerClock) -> Self {
        Self {
            signer: signer(),
            keyless: Book::new(clock.clone()),
            bearers: Book::new(clock.clone()),
            refresh: Book::new(clock.clone()),
            pulls: Pulls::default(),
            sign_ins: SignIns::default(),
        }
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.name {
            "auth:Token" => auth::answer(site, request).into(),
            "registry:Challenge" => registry::challenge(site, request),
            "registry:Manifest" => registry::manifest(site, request),
            "identity:Exchange" => identity::exchange(site, request).into(),
            "login:DeviceCode" => login::device_code(site, request).into(),
            "login:Token" => login::token(site, request).into(),
            "login:Revoke" => login::revoke(site, request).into(),
            "login:Activate" => login::activate(site, request).into(),
            "api:CreateToken" => api::create_token(site, request).into(),
            _ => api::sign_in(site, request).into(),
        }
    }
}

/// Docker's program reads its tokens only when they are signed so; keys are slow to make, so there is one.
fn signer() -> Issuer {
    static SIGNER: OnceLock<Issuer> = OnceLock::new();
    SIGNER.get_or_init(|| Issuer::rs256("https://docker.shorepass.example")).clone()
}

impl Hub {
    /// The organisations' tokens that the exchange has handed out.
    #[must_use]
    pub fn keyless(&self) -> &Book<Keyless> {
        &self.site().keyless
    }

    /// The sign-ins of people by device code.
    #[must_use]
    pub fn sign_ins(&self) -> &SignIns {
        &self.site().sign_ins
    }

    /// The account behind a login that counts at this moment.
    #[must_use]
    pub fn owner(&self, username: &str, password: &str) -> Option<String> {
        logins::of(self.site(), username, password).ok().map(|login| login.account)
    }

    /// An ID token of GitHub Actions for a subject, meant for Docker.
    #[must_use]
    pub fn id_token(&self, subject: &str, life: Duration) -> String {
        self.with_world(|world| world.issuer.token(subject, AUDIENCE, life))
    }
}

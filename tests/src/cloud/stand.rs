//! What every fake service is made of, apart from what it says: a builder, a server with an audit list,
//! knobs, and a world of who exists.
//!
//! A new fake implements [`Fake`] and names its `Stand`; its own files hold only what is special. Nothing
//! here knows a protocol.

mod answer;
pub(super) mod bearer;
mod book;
mod front;
pub(super) mod id_token;
mod knobs;
pub(super) mod oauth;
mod operation;
mod site;

use std::{hash::Hash, io, net::SocketAddr, ops::Deref, sync::Arc};

pub(super) use self::{answer::Answer, front::Front, operation::Operation, site::Site};
pub use self::{
    book::{Book, Noted},
    knobs::Knobs,
};
use super::{clock::ServerClock, fault::Speaks, http::Request, http::serve::Server, running::Running};
use crate::authority::ServerCertificate;

/// What is special about one fake: how requests name operations and how those are answered. The implementor
/// must not wait and must not keep the world locked while it answers.
pub trait Fake: Sized + Send + Sync + 'static {
    /// Who exists, and who may do what.
    type World: Standard + Send + 'static;
    /// What faults and latency are ordered for.
    type Service: Speaks + Eq + Hash + Send + Sync + 'static;
    /// What its own knobs set.
    type Settings: Default + Clone + Send + 'static;

    /// Its own books and keys, to begin with.
    fn open(clock: &ServerClock) -> Self;

    /// What is wanted; `None` for what nothing here answers.
    fn operation(site: &Site<Self>, request: &Request) -> Option<Operation<Self::Service>>;

    /// Answers one request, unless a fault has struck it.
    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Self::Service>) -> Answer;
}

/// A world that most tests can do with.
pub trait Standard {
    /// With somebody in it.
    fn standard() -> Self;
}

/// A running fake; dropping it stops it.
pub struct Stand<F: Fake> {
    running: Running,
    site: Arc<Site<F>>,
}

/// What a fake needs to start.
pub struct Builder<'a, F: Fake> {
    world: Option<F::World>,
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
}

impl<F: Fake> Default for Builder<'_, F> {
    fn default() -> Self {
        Self { world: None, address: None, certificate: None }
    }
}

impl<'a, F: Fake> Builder<'a, F> {
    /// With this world instead of the standard one.
    #[must_use]
    pub fn world(mut self, world: F::World) -> Self {
        self.world = Some(world);
        self
    }

    /// Listening here instead of at a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Speaking TLS.
    #[must_use]
    pub fn tls(mut self, certificate: &'a ServerCertificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound or the certificate cannot be used.
    pub fn start(self) -> io::Result<Stand<F>> {
        let world = self.world.unwrap_or_else(F::World::standard);
        let site = Arc::new(Site::<F>::new(world, self.certificate.is_some()));
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let server = Server::start(address, tls, Arc::new(Front::new(site.clone())))?;
        Ok(Stand { running: Running::new(server, site.audit.clone()), site })
    }
}

impl<F: Fake> Deref for Stand<F> {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl<F: Fake> Stand<F> {
    /// The standard world at a free port of 127.0.0.1, without TLS.
    ///
    /// # Errors
    /// When no port can be bound.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A fake with other settings.
    #[must_use]
    pub fn builder<'a>() -> Builder<'a, F> {
        Builder::default()
    }

    /// What may be turned while it runs.
    #[must_use]
    pub fn knobs(&self) -> &Knobs<F::Service, F::Settings> {
        &self.site.knobs
    }

    /// Reads or changes who exists and who may do what. The closure must not call the fake.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut F::World) -> T) -> T {
        act(&mut self.site.world())
    }

    pub(super) fn site(&self) -> &Arc<Site<F>> {
        &self.site
    }
}

#[cfg(test)]
mod tests;

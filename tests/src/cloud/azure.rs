//! A fake Azure that verifies what Azure verifies and refuses what Azure refuses.
//!
//! One server speaks Entra, the three managed-identity endpoints, the authentication half of container
//! registries and Azure Pipelines' token endpoint; path and `Host` tell which is meant, so it can stand
//! behind a hosts file under Azure's real names.

mod access_token;
mod acr;
mod answer;
mod app_service;
mod arc;
mod entra;
mod error;
mod front;
mod imds;
mod issued;
mod knobs;
mod managed;
mod operation;
mod pipelines;
mod scripts;
mod signer;
mod state;
mod surroundings;
mod world;

#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::{
    acr::ACR_AUDIENCE,
    entra::SignIns,
    error::entra_error,
    imds::InstanceMood,
    issued::{Issued, IssuedToken, USERNAME},
    knobs::Knobs,
    operation::Service,
    surroundings::Environment,
    world::{
        App, AppCertificate, Assignment, CI_ISSUER, CI_SUBJECT, FEDERATED_AUDIENCE, FederatedCredential,
        Identity, Pipelines, Registry, RegistryRole, User, World,
    },
};
use self::{arc::KeyFiles, front::Front, state::State};
use super::{Issuer, http::serve::Server, running::Running};
use crate::authority::ServerCertificate;

/// A running fake cloud; dropping it stops it.
pub struct Azure {
    running: Running,
    state: Arc<State>,
}

/// What a cloud needs to start.
#[derive(Default)]
pub struct AzureBuilder<'a> {
    world: Option<World>,
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
    arc_folder: Option<PathBuf>,
    arc_shown: Option<PathBuf>,
}

impl<'a> AzureBuilder<'a> {
    /// With these people and registries instead of the standard ones.
    #[must_use]
    pub fn world(mut self, world: World) -> Self {
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

    /// Azure Arc's key files are written here instead of a folder of their own.
    #[must_use]
    pub fn arc_folder(mut self, folder: &Path) -> Self {
        self.arc_folder = Some(folder.into());
        self
    }

    /// Clients see that folder at another place.
    #[must_use]
    pub fn arc_folder_seen_at(mut self, place: &Path) -> Self {
        self.arc_shown = Some(place.into());
        self
    }

    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound, the certificate cannot be used or no folder can be made.
    pub fn start(self) -> io::Result<Azure> {
        let world = self.world.unwrap_or_else(World::standard);
        let key_files = KeyFiles::new(self.arc_folder, self.arc_shown)?;
        let state = Arc::new(State::new(world, self.certificate.is_some(), key_files));
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let server = Server::start(address, tls, Arc::new(Front::new(state.clone())))?;
        Ok(Azure { running: Running::new(server, state.audit.clone()), state })
    }
}

impl Deref for Azure {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Azure {
    /// The standard world at a free port of 127.0.0.1, without TLS.
    ///
    /// # Errors
    /// When no port can be bound.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A cloud with other settings.
    #[must_use]
    pub fn builder<'a>() -> AzureBuilder<'a> {
        AzureBuilder::default()
    }

    /// From now on this server's own address is the registry of that name, too.
    pub fn stand_in_for(&self, registry_host: &str) {
        let authority = self.address().to_string();
        self.with_world(|world| world.stand_in(&authority, registry_host));
    }

    /// What may be turned while it runs.
    #[must_use]
    pub fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// The registry tokens it has handed out.
    #[must_use]
    pub fn issued(&self) -> &Arc<Issued> {
        &self.state.issued
    }

    /// The sign-ins of people by device code.
    #[must_use]
    pub fn sign_ins(&self) -> &SignIns {
        &self.state.sign_ins
    }

    /// Reads or changes who exists and who may do what. The closure must not call the cloud.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.state.world())
    }

    /// An OIDC issuer that Entra can fetch keys from, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.state.world().find_issuer(url).cloned()
    }
}

//! A fake Google that verifies what Google verifies and refuses what Google refuses.
//!
//! One server speaks the metadata service of an instance, the OAuth token endpoint, STS and IAM
//! credentials; which one is meant follows from the path and, behind a hosts file, from Google's real names.

mod answer;
mod credentials;
mod error;
mod front;
mod hosts;
mod iam;
mod issued;
mod knobs;
mod metadata;
mod oauth;
mod operation;
mod scope;
mod state;
mod sts;
mod world;

#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, ops::Deref, sync::Arc};

use self::front::Front;
use self::state::State;
pub use self::{
    credentials::{CredentialFiles, SubjectSource},
    issued::{Issued, IssuedToken, USERNAMES},
    knobs::Knobs,
    metadata::INSTANCE_SUBJECT,
    operation::Service,
    scope::{CLOUD_PLATFORM, READ_ONLY, READ_WRITE},
    world::{
        AWS_PROVIDER, AuthorizedUser, AwsKey, CI_ISSUER, CI_PROVIDER, INSTANCE_ACCOUNT, MIDDLE, PROJECT,
        PULLER, PoolProvider, STAFF_ISSUER, STAFF_PROVIDER, ServiceAccount, TARGET, USER, World,
    },
};
use super::{Issuer, http::serve::Server, running::Running};
use crate::authority::ServerCertificate;

/// A running fake cloud; dropping it stops it.
pub struct Google {
    running: Running,
    state: Arc<State>,
}

/// What a cloud needs to start.
#[derive(Default)]
pub struct GoogleBuilder<'a> {
    world: Option<World>,
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
}

impl<'a> GoogleBuilder<'a> {
    /// With these accounts and pools instead of the standard ones.
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

    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound or the certificate cannot be used.
    pub fn start(self) -> io::Result<Google> {
        let state = Arc::new(State::new(self.world.unwrap_or_else(World::standard)));
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let server = Server::start(address, tls, Arc::new(Front::new(state.clone())))?;
        state.listens_at(&server.url());
        Ok(Google { running: Running::new(server, state.audit.clone()), state })
    }
}

impl Deref for Google {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Google {
    /// The standard world at a free port of 127.0.0.1, without TLS.
    ///
    /// # Errors
    /// When no port can be bound.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A cloud with other settings.
    #[must_use]
    pub fn builder<'a>() -> GoogleBuilder<'a> {
        GoogleBuilder::default()
    }

    /// Credential files whose URLs lead here.
    #[must_use]
    pub fn credential_files(&self) -> CredentialFiles {
        CredentialFiles::new(&self.url(), self.state.world().clone())
    }

    /// What may be turned while it runs.
    #[must_use]
    pub fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// The access tokens it has handed out.
    #[must_use]
    pub fn issued(&self) -> &Arc<Issued> {
        &self.state.issued
    }

    /// Reads or changes who exists and who may do what. The closure must not call the cloud.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.state.world())
    }

    /// The issuer that a pool trusts, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.state.world().find_issuer(url).cloned()
    }

    /// Who signs the identity tokens of the instance.
    #[must_use]
    pub fn instance_issuer(&self) -> Issuer {
        self.state.world().google_issuer.clone()
    }
}

//! A fake AWS that verifies what AWS verifies and refuses what AWS refuses.
//!
//! One server speaks STS, ECR, ECR Public, the instance's metadata service, the container agent and IAM
//! Identity Center; which one is meant follows from the request itself, so its URL serves as
//! `AWS_ENDPOINT_URL` and, behind a hosts file, under AWS's real names.

mod answer;
mod caller;
mod container;
mod control;
mod ecr;
mod error;
mod front;
mod hosts;
mod imds;
mod issued;
mod knobs;
mod operation;
pub(crate) mod policy;
mod rights;
mod session;
pub(crate) mod sigv4;
mod sso;
mod state;
mod sts;
mod world;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, io, net::SocketAddr, ops::Deref, sync::Arc};

use self::front::Front;
use self::state::State;
pub use self::{
    imds::InstanceMood,
    issued::{Issued, IssuedPassword, USERNAME},
    knobs::Knobs,
    operation::Service,
    sso::{Portal, SignIn, SignIns},
    world::{CI_AUDIENCE, CI_ISSUER, ContainerRole, Role, User, WebTrust, World},
};
use super::{Issuer, http::serve::Server, running::Running};
use crate::authority::ServerCertificate;

/// A running fake cloud; dropping it stops it.
pub struct Aws {
    running: Running,
    state: Arc<State>,
}

/// What a cloud needs to start.
#[derive(Default)]
pub struct AwsBuilder<'a> {
    world: Option<World>,
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
}

impl<'a> AwsBuilder<'a> {
    /// With these people and roles instead of the standard ones.
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
    pub fn start(self) -> io::Result<Aws> {
        let state = Arc::new(State::new(self.world.unwrap_or_else(World::standard)));
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let server = Server::start(address, tls, Arc::new(Front::new(state.clone())))?;
        Ok(Aws { running: Running::new(server, state.audit.clone()), state })
    }
}

impl Deref for Aws {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Aws {
    /// The standard world at a free port of 127.0.0.1, without TLS.
    ///
    /// # Errors
    /// When no port can be bound.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A cloud with other settings.
    #[must_use]
    pub fn builder<'a>() -> AwsBuilder<'a> {
        AwsBuilder::default()
    }

    /// For `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    #[must_use]
    pub fn container_url(&self) -> String {
        format!("{}/v1/credentials", self.url())
    }

    /// The variables under which an AWS client is this user here and asks nobody else.
    ///
    /// # Panics
    /// When there is no such user.
    #[must_use]
    pub fn environment(&self, user: &str) -> BTreeMap<&'static str, String> {
        let world = self.state.world();
        let user = world.find_user(user).expect("the user is part of the world");
        BTreeMap::from([
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", user.access_key_id().to_owned()),
            ("AWS_SECRET_ACCESS_KEY", user.secret_access_key().expose().to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_DEFAULT_REGION", "eu-west-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ])
    }

    /// What may be turned while it runs.
    #[must_use]
    pub fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// The registry passwords it has handed out.
    #[must_use]
    pub fn issued(&self) -> &Arc<Issued> {
        &self.state.issued
    }

    /// The sign-ins of IAM Identity Center.
    #[must_use]
    pub fn sign_ins(&self) -> &SignIns {
        &self.state.sign_ins
    }

    /// A finished sign-in, as if a person had just been through the browser.
    #[must_use]
    pub fn sign_in(&self) -> SignIn {
        self.state.sign_in()
    }

    /// Reads or changes who exists and who may do what. The closure must not call the cloud.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.state.world())
    }

    /// A registered OIDC issuer, to sign tokens with.
    #[must_use]
    pub fn issuer(&self, url: &str) -> Option<Issuer> {
        self.state.world().find_issuer(url).cloned()
    }

    /// Ends every role session at once.
    pub fn expire_sessions(&self) {
        self.state.sessions.expire_all(self.state.now());
    }
}

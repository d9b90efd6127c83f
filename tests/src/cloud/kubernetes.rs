//! A fake Kubernetes API server, as far as it makes tokens of service accounts.
//!
//! It verifies the bearer's own token, asks its rules (RBAC) before it tells what there is, and signs with
//! the cluster's issuer.

mod operation;
mod status;
mod token_request;
mod world;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use self::{
    operation::Service,
    world::{CLUSTER_ISSUER, World},
};
use super::{
    Issuer,
    clock::ServerClock,
    http::Request,
    stand::{Answer, Fake, Operation, Site, Stand},
};

/// A running API server; dropping it stops it.
pub type Kubernetes = Stand<ApiServer>;

/// Nothing is its own: what it hands out is signed, and kept nowhere.
pub struct ApiServer;

type State = Site<ApiServer>;

impl Fake for ApiServer {
    type World = World;
    type Service = Service;
    type Settings = ();

    fn open(_clock: &ServerClock) -> Self {
        Self
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, _operation: &Operation<Service>) -> Answer {
        token_request::answer(site, request)
    }
}

impl Kubernetes {
    /// What the kubelet mounts into a pod of this service account.
    #[must_use]
    pub fn pod_token(&self, namespace: &str, account: &str) -> String {
        self.issuer().token(&world::subject(namespace, account), CLUSTER_ISSUER, Duration::from_secs(3600))
    }

    /// The cluster's issuer.
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        self.with_world(|world| world.issuer.clone())
    }
}

//! Who exists at the fake cloud, and who may do what.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while the
//! cloud runs. What comes and goes by itself (sign-ins, issued tokens) is not here.

mod app;
mod certificate;
mod principal;
mod registry;
mod standard;

use std::collections::BTreeMap;

use shorepass_secret::Secret;

pub(super) use self::principal::Principal;
pub use self::{
    app::{App, FederatedCredential},
    certificate::AppCertificate,
    principal::{Identity, User},
    registry::{Assignment, Registry, RegistryRole},
    standard::{CI_ISSUER, CI_SUBJECT, FEDERATED_AUDIENCE},
};
use crate::cloud::Issuer;

/// Everything a test can set up: one tenant and what belongs to it.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(super) tenant: String,
    pub(super) domain: String,
    pub(super) resources: Vec<String>,
    pub(super) apps: Vec<App>,
    pub(super) identities: Vec<Identity>,
    pub(super) users: Vec<User>,
    pub(super) issuers: Vec<Issuer>,
    pub(super) registries: Vec<Registry>,
    pub(super) identity_header: Option<Secret>,
    pub(super) pipelines: Option<Pipelines>,
    stand_ins: BTreeMap<String, String>,
}

/// A running job of Azure Pipelines.
#[derive(Debug, Clone)]
pub struct Pipelines {
    /// Who signs the job's tokens; its URL must be that of a registered issuer to be of use at Entra.
    pub issuer: String,
    /// For `SYSTEM_ACCESSTOKEN`.
    pub access_token: Secret,
    /// The subject of tokens for each service connection's id.
    pub connections: BTreeMap<String, String>,
}

impl World {
    /// A tenant by identifier and domain without anybody in it.
    #[must_use]
    pub fn empty(tenant: &str, domain: &str) -> Self {
        Self { tenant: tenant.into(), domain: domain.into(), ..Self::default() }
    }

    /// With a resource for which tokens are given, such as `https://containerregistry.azure.net`.
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.resources.push(resource.trim_end_matches('/').into());
        self
    }

    /// With an application more.
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// With a managed identity more.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identities.push(identity);
        self
    }

    /// With a person more.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// With an OIDC issuer whose keys Entra can fetch.
    #[must_use]
    pub fn issuer(mut self, issuer: Issuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// With a registry more.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registries.push(registry);
        self
    }

    /// With this value for App Service's `IDENTITY_HEADER`.
    #[must_use]
    pub fn identity_header(mut self, value: &str) -> Self {
        self.identity_header = Some(Secret::new(value));
        self
    }

    /// With this job of Azure Pipelines.
    #[must_use]
    pub fn pipelines(mut self, pipelines: Pipelines) -> Self {
        self.pipelines = Some(pipelines);
        self
    }

    /// The tenant's identifier.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// From now on this `HOST:PORT` is the registry host of that name.
    pub fn stand_in(&mut self, authority: &str, registry_host: &str) {
        self.stand_ins.insert(authority.to_ascii_lowercase(), registry_host.into());
    }

    /// From now on Entra gives no tokens for a resource: `invalid_resource`.
    pub fn remove_resource(&mut self, resource: &str) {
        self.resources.retain(|known| known != resource.trim_end_matches('/'));
    }

    /// From now on there is no such application or managed identity.
    pub fn remove_principal(&mut self, name: &str) {
        self.apps.retain(|app| app.name != name);
        self.identities.retain(|identity| identity.name != name);
    }

    /// An application by name or client id.
    #[must_use]
    pub fn find_app(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name || app.client_id == name)
    }

    /// An application by name or client id, to be changed.
    pub fn app_mut(&mut self, name: &str) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.name == name || app.client_id == name)
    }

    /// A managed identity by name.
    #[must_use]
    pub fn find_identity(&self, name: &str) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.name == name)
    }

    /// A registry by any of its hosts.
    #[must_use]
    pub fn find_registry(&self, host: &str) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.hosts.iter().any(|known| known == host))
    }

    /// A registry by any of its hosts, to be changed.
    pub fn registry_mut(&mut self, host: &str) -> Option<&mut Registry> {
        self.registries.iter_mut().find(|registry| registry.hosts.iter().any(|known| known == host))
    }

    /// An issuer by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.url() == url)
    }

    /// An issuer by URL, to be changed.
    pub fn issuer_mut(&mut self, url: &str) -> Option<&mut Issuer> {
        self.issuers.iter_mut().find(|issuer| issuer.url() == url)
    }

    /// The job of Azure Pipelines, to be changed.
    pub fn pipelines_mut(&mut self) -> Option<&mut Pipelines> {
        self.pipelines.as_mut()
    }

    /// The registry host that `HOST` or `HOST:PORT` means.
    pub(super) fn registry_host(&self, authority: &str) -> Option<String> {
        let authority = authority.to_ascii_lowercase();
        let bare = authority.split(':').next().unwrap_or_default();
        let host = self.stand_ins.get(&authority).map_or(bare, String::as_str);
        self.find_registry(host).map(|_| host.to_owned())
    }

    /// Anybody by name.
    pub(super) fn principal(&self, name: &str) -> Option<Principal> {
        let app = self.find_app(name).map(App::principal);
        let identity = || self.find_identity(name).map(Identity::principal);
        let user = || self.users.iter().find(|user| user.name == name).map(User::principal);
        app.or_else(identity).or_else(user)
    }

    /// The name of whoever has this object id.
    pub(super) fn name_of(&self, object_id: &str) -> Option<String> {
        let apps = self.apps.iter().map(|app| (&app.object_id, &app.name));
        let identities = self.identities.iter().map(|identity| (&identity.object_id, &identity.name));
        let users = self.users.iter().map(|user| (&user.object_id, &user.name));
        let mut all = apps.chain(identities).chain(users);
        all.find(|(id, _)| *id == object_id).map(|(_, name)| name.clone())
    }
}

//! Who exists at the fake cloud, and who may do what.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while the
//! cloud runs. What comes and goes by itself (sessions, issued passwords) is not here.

mod principal;
mod standard;

pub use self::{
    principal::{Role, User, WebTrust},
    standard::{CI_AUDIENCE, CI_ISSUER},
};
use super::sso::Portal;
use crate::cloud::issuer::{Issuer, Provider};

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(super) users: Vec<User>,
    pub(super) roles: Vec<Role>,
    pub(super) providers: Vec<Provider>,
    pub(super) instance_role: Option<String>,
    pub(super) container: Option<ContainerRole>,
    pub(super) portal: Portal,
    pub(super) outbound: Option<Issuer>,
}

/// The role that the container agent hands out, and to whom.
#[derive(Debug, Clone)]
pub struct ContainerRole {
    /// The role's ARN.
    pub role_arn: String,
    /// What the `Authorization` header must hold, verbatim.
    pub authorization: String,
}

impl World {
    /// A world without anybody in it.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// With a user more.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// With a role more.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// With an OIDC provider more in some account.
    #[must_use]
    pub fn provider(mut self, provider: Provider) -> Self {
        self.providers.push(provider);
        self
    }

    /// With this role at the instance's metadata service.
    #[must_use]
    pub fn instance_role(mut self, role_arn: &str) -> Self {
        self.instance_role = Some(role_arn.into());
        self
    }

    /// With this role at the container agent.
    #[must_use]
    pub fn container_role(mut self, role_arn: &str, authorization: &str) -> Self {
        self.container =
            Some(ContainerRole { role_arn: role_arn.into(), authorization: authorization.into() });
        self
    }

    /// With outbound web identity federation on, whose tokens this issuer signs.
    #[must_use]
    pub fn outbound(mut self, issuer: Issuer) -> Self {
        self.outbound = Some(issuer);
        self
    }

    /// With these assignments at IAM Identity Center.
    #[must_use]
    pub fn portal(mut self, portal: Portal) -> Self {
        self.portal = portal;
        self
    }

    /// A user by name or ARN.
    #[must_use]
    pub fn find_user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.arn == name || user.name() == name)
    }

    /// A user by name or ARN, to be changed.
    pub fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.arn == name || user.name() == name)
    }

    /// A role by name or ARN; of two accounts' roles of one name, the first.
    #[must_use]
    pub fn find_role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.arn == name || role.name() == name)
    }

    /// A role by name or ARN, to be changed.
    pub fn role_mut(&mut self, name: &str) -> Option<&mut Role> {
        self.roles.iter_mut().find(|role| role.arn == name || role.name() == name)
    }

    /// A registered issuer by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.providers.iter().map(|provider| &provider.issuer).find(|issuer| issuer.url() == url)
    }

    /// Who signs the tokens of outbound web identity federation, if that is on.
    #[must_use]
    pub fn outbound_issuer(&self) -> Option<&Issuer> {
        self.outbound.as_ref()
    }

    /// A registered provider by its issuer's URL, to be changed.
    pub fn provider_mut(&mut self, url: &str) -> Option<&mut Provider> {
        self.providers.iter_mut().find(|provider| provider.issuer.url() == url)
    }

    /// The container agent's role, to be changed.
    pub fn container_mut(&mut self) -> Option<&mut ContainerRole> {
        self.container.as_mut()
    }

    /// IAM Identity Center, to be changed.
    pub fn portal_mut(&mut self) -> &mut Portal {
        &mut self.portal
    }
}

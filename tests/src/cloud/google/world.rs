//! Who exists at the fake cloud, and who may do what.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while the
//! cloud runs. What comes and goes by itself (issued tokens) is not here.

mod account;
mod pool;
mod standard;

pub(super) use self::{account::SignIn, pool::Proof};
pub use self::{
    account::{AuthorizedUser, ServiceAccount},
    pool::{AwsKey, PoolProvider},
    standard::{
        AWS_PROVIDER, CI_ISSUER, CI_PROVIDER, INSTANCE_ACCOUNT, MIDDLE, PROJECT, PULLER, STAFF_ISSUER,
        STAFF_PROVIDER, TARGET, USER,
    },
};
use crate::cloud::Issuer;

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) universe: String,
    pub(super) projects: Vec<String>,
    pub(super) accounts: Vec<ServiceAccount>,
    pub(super) users: Vec<AuthorizedUser>,
    pub(super) providers: Vec<PoolProvider>,
    pub(super) aws_keys: Vec<AwsKey>,
    pub(super) instance_account: Option<String>,
    pub(super) instance_scopes: Vec<String>,
    pub(super) google_issuer: Issuer,
}

impl World {
    /// A world without anybody in it.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            universe: "googleapis.com".into(),
            projects: Vec::new(),
            accounts: Vec::new(),
            users: Vec::new(),
            providers: Vec::new(),
            aws_keys: Vec::new(),
            instance_account: None,
            instance_scopes: Vec::new(),
            google_issuer: Issuer::es256("https://accounts.google.com"),
        }
    }

    /// In another universe than `googleapis.com`; the names of pool providers are as they are given.
    #[must_use]
    pub fn universe(mut self, domain: &str) -> Self {
        self.universe = domain.into();
        self
    }

    /// With a project more, by its id or number, that may be named as the user's project.
    #[must_use]
    pub fn project(mut self, id_or_number: &str) -> Self {
        self.projects.push(id_or_number.into());
        self
    }

    /// With a service account more.
    #[must_use]
    pub fn account(mut self, account: ServiceAccount) -> Self {
        self.accounts.push(account);
        self
    }

    /// With a person more who has signed in.
    #[must_use]
    pub fn user(mut self, user: AuthorizedUser) -> Self {
        self.users.push(user);
        self
    }

    /// With a provider more in some identity pool.
    #[must_use]
    pub fn provider(mut self, provider: PoolProvider) -> Self {
        self.providers.push(provider);
        self
    }

    /// With an AWS key whose signatures AWS would vouch for.
    #[must_use]
    pub fn aws_key(mut self, key: AwsKey) -> Self {
        self.aws_keys.push(key);
        self
    }

    /// With this service account at the instance, limited to these scopes.
    #[must_use]
    pub fn instance_account(mut self, email: &str, scopes: &[&str]) -> Self {
        self.instance_account = Some(email.into());
        self.instance_scopes = scopes.iter().map(ToString::to_string).collect();
        self
    }

    /// From now on the instance has no service account.
    pub fn detach_instance_account(&mut self) {
        self.instance_account = None;
    }

    /// A service account by email.
    #[must_use]
    pub fn find_account(&self, email: &str) -> Option<&ServiceAccount> {
        self.accounts.iter().find(|account| account.email == email)
    }

    /// A service account by email, to be changed.
    pub fn account_mut(&mut self, email: &str) -> Option<&mut ServiceAccount> {
        self.accounts.iter_mut().find(|account| account.email == email)
    }

    /// A person by email.
    #[must_use]
    pub fn find_user(&self, email: &str) -> Option<&AuthorizedUser> {
        self.users.iter().find(|user| user.email == email)
    }

    /// A person by email, to be changed.
    pub fn user_mut(&mut self, email: &str) -> Option<&mut AuthorizedUser> {
        self.users.iter_mut().find(|user| user.email == email)
    }

    /// A provider by its full resource name (`//iam.googleapis.com/…/providers/…`).
    #[must_use]
    pub fn find_provider(&self, name: &str) -> Option<&PoolProvider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// A provider by its full resource name, to be changed.
    pub fn provider_mut(&mut self, name: &str) -> Option<&mut PoolProvider> {
        self.providers.iter_mut().find(|provider| provider.name == name)
    }

    /// An issuer that some provider trusts, by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.providers.iter().filter_map(PoolProvider::issuer).find(|issuer| issuer.url() == url)
    }

    /// From now on AWS vouches for this key too.
    pub fn add_aws_key(&mut self, key: AwsKey) {
        self.aws_keys.push(key);
    }
}

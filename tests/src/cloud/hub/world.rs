//! Who exists at Docker Hub, and what belongs to whom.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while it runs.

mod account;
mod connection;
mod standard;

pub use self::{
    account::{AccessToken, Account, Grant, Plan},
    connection::{Connection, Ruleset},
    standard::{CI_SUBJECT, CLIENT_ID, CONNECTION},
};
use crate::cloud::Issuer;

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    /// The only issuer of ID tokens that is accepted, which is GitHub's.
    pub issuer: Issuer,
    pub(super) accounts: Vec<Account>,
    pub(super) repositories: Vec<Repository>,
    pub(super) connections: Vec<Connection>,
    pub(super) clients: Vec<String>,
}

/// A repository in the namespace of an account.
#[derive(Debug, Clone)]
pub struct Repository {
    /// With its namespace.
    pub name: String,
    /// Whether only its owners may pull.
    pub is_private: bool,
}

impl World {
    /// Nobody but GitHub's issuer.
    #[must_use]
    pub fn empty(issuer: Issuer) -> Self {
        Self { issuer, accounts: vec![], repositories: vec![], connections: vec![], clients: vec![] }
    }

    /// With a person or organisation more.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// With a repository that everybody may pull.
    #[must_use]
    pub fn public(mut self, name: &str) -> Self {
        self.repositories.push(Repository { name: name.into(), is_private: false });
        self
    }

    /// With a repository of its owners.
    #[must_use]
    pub fn private(mut self, name: &str) -> Self {
        self.repositories.push(Repository { name: name.into(), is_private: true });
        self
    }

    /// With an organisation's connection more.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connections.push(connection);
        self
    }

    /// With a program that may sign people in.
    #[must_use]
    pub fn client(mut self, id: &str) -> Self {
        self.clients.push(id.into());
        self
    }

    /// An account by name.
    #[must_use]
    pub fn find_account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// An account by name, to be changed.
    pub fn account_mut(&mut self, name: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.name == name)
    }

    /// A connection by its identifier, to be changed.
    pub fn connection_mut(&mut self, id: &str) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|connection| connection.id == id)
    }

    pub(super) fn find_repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.iter().find(|repository| repository.name == name)
    }

    /// Whether the account owns the namespace or belongs to the organisation that does.
    pub(super) fn is_owner(&self, account: &str, repository: &str) -> bool {
        let Some((namespace, _)) = repository.split_once('/') else { return false };
        let is_member = |owner: &Account| owner.members.iter().any(|member| member == account);
        namespace == account || self.find_account(namespace).is_some_and(is_member)
    }

    pub(super) fn is_under_sso(&self, person: &str) -> bool {
        let mut organisations = self.accounts.iter().filter(|account| account.enforces_sso);
        organisations.any(|account| account.members.iter().any(|member| member == person))
    }
}

/// Who signs the ID tokens of GitHub Actions.
pub const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

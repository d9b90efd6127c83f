//! People and organisations, which both have a name, a plan and access tokens.

use std::time::SystemTime;

use shorepass_secret::Secret;

use crate::cloud::{aws::policy::matches, random};

/// A person or an organisation.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user name of every login with its tokens.
    pub name: String,
    /// A UUID.
    pub id: String,
    /// Whether and how its pulls are counted.
    pub plan: Plan,
    /// Whether it is no person.
    pub is_organisation: bool,
    /// Whether its members' passwords are refused.
    pub enforces_sso: bool,
    /// The people of an organisation.
    pub members: Vec<String>,
    /// Its access tokens.
    pub tokens: Vec<AccessToken>,
    pub(crate) password: Option<Secret>,
}

/// What is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Pulls are counted.
    Personal,
    /// They are not.
    Paid,
}

/// A personal or an organisation's access token.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// `dckr_pat_…` or `dckr_oat_…`.
    pub secret: Secret,
    /// What it is good for, in the owner's repositories.
    pub grants: Vec<Grant>,
    /// When it ends, if ever.
    pub expires_at: Option<SystemTime>,
    /// Whether its owner has switched it on.
    pub is_active: bool,
}

/// Actions in repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Stars match anything.
    pub repositories: String,
    /// `pull`, `push` …
    pub actions: Vec<String>,
}

impl Account {
    /// A person with this password.
    #[must_use]
    pub fn person(name: &str, password: &str) -> Self {
        Self { password: Some(Secret::new(password)), ..Self::organisation(name) }.be_person()
    }

    /// An organisation, which has no password.
    #[must_use]
    pub fn organisation(name: &str) -> Self {
        Self {
            name: name.into(),
            id: random::request_id(),
            plan: Plan::Paid,
            is_organisation: true,
            enforces_sso: false,
            members: vec![],
            tokens: vec![],
            password: None,
        }
    }

    /// On another plan.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self
    }

    /// With a person more.
    #[must_use]
    pub fn member(mut self, person: &str) -> Self {
        self.members.push(person.into());
        self
    }

    /// With an access token for these actions in repositories of this name.
    #[must_use]
    pub fn token(mut self, repositories: &str, actions: &[&str]) -> Self {
        self.create_token(vec![Grant::new(repositories, actions)]);
        self
    }

    /// A new access token.
    pub fn create_token(&mut self, grants: Vec<Grant>) -> Secret {
        let prefix = if self.is_organisation { "dckr_oat_" } else { "dckr_pat_" };
        let secret = Secret::new(format!("{prefix}{}", random::base64_text(28).replace(['+', '/'], "x")));
        let token = AccessToken { secret: secret.clone(), grants, expires_at: None, is_active: true };
        self.tokens.push(token);
        secret
    }

    fn be_person(mut self) -> Self {
        (self.is_organisation, self.plan) = (false, Plan::Personal);
        self
    }
}

impl Grant {
    /// Actions in repositories of this name.
    #[must_use]
    pub fn new(repositories: &str, actions: &[&str]) -> Self {
        let actions = actions.iter().map(ToString::to_string).collect();
        Self { repositories: repositories.into(), actions }
    }

    pub(crate) fn allows(&self, repository: &str, action: &str) -> bool {
        matches(&self.repositories, repository) && self.actions.iter().any(|allowed| allowed == action)
    }
}

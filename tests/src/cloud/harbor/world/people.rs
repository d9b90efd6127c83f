//! Projects, and people who may do something in them.

use shorepass_secret::Secret;

/// A project; the number is given when it joins a world.
#[derive(Debug, Clone)]
pub struct Project {
    pub(in crate::cloud::harbor) id: u64,
    pub(in crate::cloud::harbor) name: String,
    pub(in crate::cloud::harbor) is_public: bool,
}

impl Project {
    /// A project that only its members see.
    #[must_use]
    pub fn private(name: &str) -> Self {
        Self { id: 0, name: name.into(), is_public: false }
    }

    /// A project that everybody may pull from.
    #[must_use]
    pub fn public(name: &str) -> Self {
        Self { is_public: true, ..Self::private(name) }
    }
}

/// A person; the number is given when it joins a world.
#[derive(Debug, Clone)]
pub struct User {
    pub(super) id: u64,
    name: String,
    password: Secret,
    cli_secret: Option<Secret>,
    is_admin: bool,
    projects: Vec<String>,
}

impl User {
    /// The administrator of everything.
    #[must_use]
    pub fn admin(name: &str, password: &str) -> Self {
        Self { is_admin: true, ..Self::project_admin(name, password, &[]) }
    }

    /// An administrator of some projects.
    #[must_use]
    pub fn project_admin(name: &str, password: &str, projects: &[&str]) -> Self {
        Self {
            id: 0,
            name: name.into(),
            password: Secret::new(password),
            cli_secret: None,
            is_admin: false,
            projects: projects.iter().map(ToString::to_string).collect(),
        }
    }

    pub(super) fn numbered(self, id: u64) -> Self {
        Self { id, ..self }
    }

    /// The name that it logs in with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it logs in with where people are not from an OIDC provider.
    #[must_use]
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// From now on this is what it logs in with at the registry where people come from an OIDC provider;
    /// `None` when its session has ended.
    pub fn set_cli_secret(&mut self, secret: Option<&str>) {
        self.cli_secret = secret.map(Secret::new);
    }

    pub(in crate::cloud::harbor) fn is_admin(&self) -> bool {
        self.is_admin
    }

    pub(in crate::cloud::harbor) fn administers(&self, project: &str) -> bool {
        self.projects.iter().any(|own| own == project)
    }

    pub(in crate::cloud::harbor) fn has_password(&self, given: &str, is_oidc: bool) -> bool {
        let is_local = !is_oidc || self.is_admin;
        let own = if is_local { Some(&self.password) } else { self.cli_secret.as_ref() };
        own.is_some_and(|own| own.expose() == given)
    }
}

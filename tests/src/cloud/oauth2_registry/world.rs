//! Who may log in to the registry, and for what.

use shorepass_secret::Secret;

use crate::cloud::stand::Standard;

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    users: Vec<User>,
}

/// Somebody with a password.
#[derive(Debug, Clone)]
pub struct User {
    name: String,
    password: Secret,
    rights: Vec<(String, Vec<String>)>,
}

impl User {
    /// A user who may do nothing yet.
    #[must_use]
    pub fn new(name: &str, password: &str) -> Self {
        Self { name: name.into(), password: Secret::new(password), rights: Vec::new() }
    }

    /// Allowed these actions in a repository.
    #[must_use]
    pub fn right(mut self, repository: &str, actions: &[&str]) -> Self {
        self.rights.push((repository.into(), actions.iter().map(ToString::to_string).collect()));
        self
    }

    /// From now on this is the password.
    pub fn set_password(&mut self, password: &str) {
        self.password = Secret::new(password);
    }

    pub(super) fn allows(&self, repository: &str, action: &str) -> bool {
        let is_right = |(name, actions): &(String, Vec<String>)| {
            name == repository && actions.iter().any(|allowed| allowed == action)
        };
        self.rights.iter().any(is_right)
    }
}

impl World {
    /// With a user more.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// From now on there is no such user.
    pub fn remove_user(&mut self, name: &str) {
        self.users.retain(|user| user.name != name);
    }

    /// A user by name.
    #[must_use]
    pub fn find_user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// A user by name, to be changed.
    pub fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.name == name)
    }

    pub(super) fn is_login(&self, name: &str, password: &str) -> bool {
        self.find_user(name).is_some_and(|user| user.password.expose() == password)
    }
}

impl Standard for World {
    /// `captain`, who pulls and pushes `team/app`, and `mate`, who pulls it.
    fn standard() -> Self {
        Self::default()
            .user(User::new("captain", "the captain's: 1,2").right("team/app", &["pull", "push"]))
            .user(User::new("mate", "the mate's").right("team/app", &["pull"]))
    }
}

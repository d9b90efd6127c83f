//! Who exists at the fake Quay: robots, what they may do, and whose tokens they are let in with.

use shorepass_secret::Secret;

use crate::cloud::{Issuer, random, stand::Standard};

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    robots: Vec<Robot>,
    issuers: Vec<Issuer>,
}

/// A robot of an organization.
#[derive(Debug, Clone)]
pub struct Robot {
    /// `org+name`, which is also its login.
    pub name: String,
    /// What it logs in with when nothing else is agreed.
    pub token: Secret,
    /// Whose tokens let it in.
    pub federation: Vec<Federation>,
    /// Repositories and actions that it is allowed.
    pub rights: Vec<(String, Vec<String>)>,
}

/// An issuer and a subject that stand for a robot.
#[derive(Debug, Clone)]
pub struct Federation {
    /// Exactly `iss`.
    pub issuer: String,
    /// Exactly `sub`; nothing in it is a pattern.
    pub subject: String,
    /// One of them must be in `aud`; when there is none, `aud` is not looked at.
    pub audiences: Vec<String>,
}

impl Robot {
    /// A robot that may do nothing yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let token = random::base64_text(64).replace(['+', '/'], "A");
        Self { name: name.into(), token: Secret::new(token), federation: Vec::new(), rights: Vec::new() }
    }

    /// Let in with tokens of that issuer about that subject, for one of these audiences if there are any.
    #[must_use]
    pub fn federated(mut self, issuer: &str, subject: &str, audiences: &[&str]) -> Self {
        let audiences = audiences.iter().map(ToString::to_string).collect();
        self.federation.push(Federation { issuer: issuer.into(), subject: subject.into(), audiences });
        self
    }

    /// Allowed these actions in a repository.
    #[must_use]
    pub fn right(mut self, repository: &str, actions: &[&str]) -> Self {
        self.rights.push((repository.into(), actions.iter().map(ToString::to_string).collect()));
        self
    }

    pub(super) fn allows(&self, repository: &str, action: &str) -> bool {
        let is_right = |(name, actions): &(String, Vec<String>)| {
            name == repository && actions.iter().any(|allowed| allowed == action)
        };
        self.rights.iter().any(is_right)
    }
}

impl World {
    /// With a robot more.
    #[must_use]
    pub fn robot(mut self, robot: Robot) -> Self {
        self.robots.push(robot);
        self
    }

    /// With an OIDC issuer whose keys Quay can fetch.
    #[must_use]
    pub fn issuer(mut self, issuer: Issuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Every robot.
    pub fn robots(&self) -> impl Iterator<Item = &Robot> {
        self.robots.iter()
    }

    /// A robot by name.
    #[must_use]
    pub fn find_robot(&self, name: &str) -> Option<&Robot> {
        self.robots.iter().find(|robot| robot.name == name)
    }

    /// A robot by name, to be changed.
    pub fn robot_mut(&mut self, name: &str) -> Option<&mut Robot> {
        self.robots.iter_mut().find(|robot| robot.name == name)
    }

    /// An issuer by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.url() == url)
    }

    pub(super) fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }
}

impl Standard for World {
    /// `shore+ci`, which pulls and pushes `shore/app` and is let in for the subject `repo:shore/app` of
    /// `https://ci.example`, and `shore+static`, which only has its own token.
    fn standard() -> Self {
        Self::default()
            .issuer(Issuer::es256("https://ci.example"))
            .robot(
                Robot::new("shore+ci")
                    .federated("https://ci.example", "repo:shore/app", &["quay.example"])
                    .right("shore/app", &["pull", "push"]),
            )
            .robot(Robot::new("shore+static").right("shore/app", &["pull"]))
    }
}

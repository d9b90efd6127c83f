//! Whose tokens the endpoint takes, from which clients, and what it gives for them.

use shorepass_secret::Secret;

use crate::cloud::{Issuer, stand::Standard};

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(super) issuers: Vec<Issuer>,
    pub(super) subject_audience: Option<String>,
    pub(super) subjects: Option<Vec<String>>,
    pub(super) clients: Vec<Client>,
    pub(super) needs_client: bool,
    pub(super) targets: Vec<String>,
    pub(super) needs_target: bool,
    pub(super) scopes: Vec<String>,
}

/// A client that can prove itself.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) id: String,
    pub(super) secret: Option<Secret>,
}

impl Client {
    /// A client with a secret, by header or in the form.
    #[must_use]
    pub fn confidential(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: Some(Secret::new(secret)) }
    }

    /// A client that only says who it is.
    #[must_use]
    pub fn public(id: &str) -> Self {
        Self { id: id.into(), secret: None }
    }
}

impl World {
    /// With an OIDC issuer whose tokens are taken.
    #[must_use]
    pub fn issuer(mut self, issuer: Issuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Where subject tokens must be for this audience.
    #[must_use]
    pub fn subject_audience(mut self, audience: &str) -> Self {
        self.subject_audience = Some(audience.into());
        self
    }

    /// Where only these subjects get anything.
    #[must_use]
    pub fn subjects(mut self, subjects: &[&str]) -> Self {
        self.subjects = Some(subjects.iter().map(ToString::to_string).collect());
        self
    }

    /// With a client more.
    #[must_use]
    pub fn client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    /// Where nobody gets anything who is not a client.
    #[must_use]
    pub fn clients_only(mut self) -> Self {
        self.needs_client = true;
        self
    }

    /// With an `audience` or `resource` for which tokens are given.
    #[must_use]
    pub fn target(mut self, target: &str) -> Self {
        self.targets.push(target.into());
        self
    }

    /// Where every request must name a target.
    #[must_use]
    pub fn targets_only(mut self) -> Self {
        self.needs_target = true;
        self
    }

    /// With a scope that is given.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// From now on a subject gets nothing.
    pub fn refuse_subject(&mut self, subject: &str) {
        if let Some(subjects) = &mut self.subjects {
            subjects.retain(|known| known != subject);
        }
    }

    /// An issuer by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.url() == url)
    }
}

impl Standard for World {
    /// Tokens of `https://ci.example` for the audience `exchange` about `repo:shore/app` and
    /// `repo:shore/other`, for the target `registry.example` and the scopes `pull` and `push`; the client
    /// `shorepass`, which nobody has to be.
    fn standard() -> Self {
        Self::default()
            .issuer(Issuer::es256("https://ci.example"))
            .subject_audience("exchange")
            .subjects(&["repo:shore/app", "repo:shore/other"])
            .client(Client::confidential("shorepass", "the clients own secret: 40 %"))
            .client(Client::public("anyone"))
            .target("registry.example")
            .target("https://registry.example/")
            .scope("pull")
            .scope("push")
    }
}

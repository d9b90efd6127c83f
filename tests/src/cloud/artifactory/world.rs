//! Whose tokens the fake platform exchanges, and for whom.

use std::time::Duration;

use crate::cloud::{Issuer, aws::policy::matches, stand::Standard};

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    providers: Vec<Provider>,
}

/// An OIDC integration.
#[derive(Debug, Clone)]
pub struct Provider {
    pub(super) name: String,
    pub(super) issuer: Issuer,
    pub(super) audience: Option<String>,
    pub(super) mappings: Vec<Mapping>,
}

/// An identity mapping: which tokens stand for whom.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) name: String,
    pub(super) claims: Vec<(String, String)>,
    pub(super) username: String,
    pub(super) scope: String,
    pub(super) life: Duration,
}

impl Provider {
    /// An integration with that issuer, for any audience.
    #[must_use]
    pub fn new(name: &str, issuer: Issuer) -> Self {
        Self { name: name.into(), issuer, audience: None, mappings: Vec::new() }
    }

    /// For tokens of this audience only.
    #[must_use]
    pub fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// With an identity mapping behind those that are there; the first that fits counts.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mappings.push(mapping);
        self
    }

    /// From now on no token stands for anybody.
    pub fn take_mappings(&mut self) {
        self.mappings.clear();
    }
}

impl Mapping {
    /// Tokens with these claims (stars match anything) stand for a user, for an hour.
    #[must_use]
    pub fn new(name: &str, claims: &[(&str, &str)], username: &str) -> Self {
        Self {
            name: name.into(),
            claims: claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            username: username.into(),
            scope: "applied-permissions/user".into(),
            life: Duration::from_secs(3600),
        }
    }

    /// Its tokens last so long.
    #[must_use]
    pub fn life(mut self, life: Duration) -> Self {
        self.life = life;
        self
    }

    pub(super) fn fits<'a>(&self, claim: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.claims.iter().all(|(name, wanted)| claim(name).is_some_and(|value| matches(wanted, value)))
    }
}

impl World {
    /// With an integration more.
    #[must_use]
    pub fn provider(mut self, provider: Provider) -> Self {
        self.providers.push(provider);
        self
    }

    /// An integration by name.
    #[must_use]
    pub fn find_provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// An integration by name, to be changed.
    pub fn provider_mut(&mut self, name: &str) -> Option<&mut Provider> {
        self.providers.iter_mut().find(|provider| provider.name == name)
    }

    /// The issuer of an integration, by URL.
    #[must_use]
    pub fn find_issuer(&self, url: &str) -> Option<&Issuer> {
        self.providers.iter().map(|provider| &provider.issuer).find(|issuer| issuer.url() == url)
    }
}

impl Standard for World {
    /// The integration `ci` with `https://ci.example` for the audience `jfrog-ci`, whose mapping `shore` lets
    /// `repo:shore/app` be the user `ci-shore` for an hour.
    fn standard() -> Self {
        let shore = Mapping::new("shore", &[("sub", "repo:shore/app")], "ci-shore");
        let provider = Provider::new("ci", Issuer::es256("https://ci.example"));
        Self::default().provider(provider.audience("jfrog-ci").mapping(shore))
    }
}

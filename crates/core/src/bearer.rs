//! A token of a registry's token service, as a worker is asked for it and as it answers.
//!
//! A login goes to no token service but one that the registry may name: at its own host, at one that the rule
//! names, or at one that is known to belong to it.

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::{
    exchange::{read_secret, write_secret},
    front_door::image::is_repository,
    kind::Target,
    registry::HUB,
    route::Route,
    vault::Login,
};

/// What a token is to be good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Without the registry's host.
    pub repository: String,
    /// At least one.
    pub actions: Vec<Action>,
}

/// What a token may allow in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read images.
    Pull,
    /// Write them.
    Push,
}

/// Whose token is asked for, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BearerRequest {
    /// The registry's name, with a port if it has one.
    pub host: String,
    /// Where it is asked; absent for HTTPS at its name, or plain HTTP where that is this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The hosts that its token service may be at, beside its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub realm_hosts: Vec<String>,
    /// The credential that clients get.
    pub login: Login,
    /// Nothing for a token that only says who we are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
}

/// What the registry takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum BearerGiven {
    /// This token.
    Bearer {
        /// The token.
        #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
        token: Secret,
        /// Counted from when it was asked for.
        life_ms: u64,
    },
    /// The login as it is.
    Basic,
    /// Anybody.
    Anybody,
}

impl Wanted {
    /// `None` when the text is no repository's name.
    #[must_use]
    pub fn new(repository: &str, actions: Vec<Action>) -> Option<Self> {
        is_repository(repository).then(|| Self { repository: repository.to_owned(), actions })
    }

    /// As a token service is asked for it.
    #[must_use]
    pub fn scope(&self) -> String {
        let actions: Vec<_> = self.actions.iter().map(|action| action.name()).collect();
        format!("repository:{}:{}", self.repository, actions.join(","))
    }
}

impl Action {
    /// As registries write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
        }
    }

    /// Reads `pull`, `push` or `pull,push`.
    #[must_use]
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        match text {
            "pull" => Some(vec![Self::Pull]),
            "push" => Some(vec![Self::Push]),
            "pull,push" => Some(vec![Self::Pull, Self::Push]),
            _ => None,
        }
    }
}

impl BearerRequest {
    /// For the registry of a route, with the credential that the route has led to.
    #[must_use]
    pub fn new(route: &Route, login: Login, wanted: Option<Wanted>) -> Self {
        let host = route.registry.authority();
        let mut realm_hosts: Vec<String> = route.realm_host.iter().cloned().collect();
        realm_hosts.extend(known_realm(&host).map(str::to_owned));
        if let Target::DockerHub(target) = &route.target {
            realm_hosts.extend(target.auth_endpoint.as_deref().map(authority).map(str::to_owned));
        }
        Self { root: root(route), host, realm_hosts, login, wanted }
    }
}

/// Where the registry itself is asked, where that is not its name.
fn root(route: &Route) -> Option<String> {
    let told = match &route.target {
        Target::DockerHub(target) => target.registry_endpoint.clone(),
        Target::Acr(target) => target.endpoint.clone(),
        Target::Ghcr(target) => target.endpoint.clone(),
        Target::Oauth2Registry(target) => target.endpoint.clone(),
        _ => None,
    };
    let is_hub = route.registry.host() == HUB && route.registry.has_default_port();
    told.or_else(|| is_hub.then(|| HUB_ROOT.to_owned()))
}

/// Where the tokens of well-known registries come from.
fn known_realm(host: &str) -> Option<&'static str> {
    match host {
        HUB | "registry.hub.docker.com" => Some("auth.docker.io"),
        "registry.gitlab.com" => Some("gitlab.com"),
        _ => None,
    }
}

/// The `host` or `host:port` of a URL.
#[must_use]
pub fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

const HUB_ROOT: &str = "https://registry-1.docker.io";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, registry::Registry};

    #[test]
    fn a_scope_holds_one_repository_and_nothing_else() {
        let scope = |name: &str| Wanted::new(name, vec![Action::Pull, Action::Push]).map(|it| it.scope());

        assert_eq!(scope("team/app").as_deref(), Some("repository:team/app:pull,push"));
        for name in ["", "/", "team/", "team app", "team:push", "team/../x", "a?b", "v2"] {
            assert_eq!(scope(name), None, "{name}");
        }
    }

    #[test]
    fn any_rule_may_name_the_host_of_the_token_service() {
        let realm_hosts = |rule: &str| {
            let text =
                format!("[[registry]]\nmatch = \"registry.gitlab.com\"\n{rule}realm_host = \"auth.example\"");
            let config = Config::parse("config.toml".as_ref(), &text).unwrap();
            let route = Route::find(&config, Registry::parse("registry.gitlab.com").unwrap()).unwrap();
            let login = Login { username: "u".into(), secret: Secret::new("canary") };
            BearerRequest::new(&route, login, None).realm_hosts
        };

        for rule in ["", "kind = \"stored\"\n", "kind = \"gitlab\"\n", "kind = \"oauth2-registry\"\n"] {
            assert_eq!(realm_hosts(rule), ["auth.example", "gitlab.com"], "{rule}");
        }
    }

    #[test]
    fn only_well_known_token_services_are_trusted_unasked() {
        for (host, root, realms) in [
            ("docker.io", Some("https://registry-1.docker.io"), &["auth.docker.io"][..]),
            ("https://index.docker.io/v1/", Some("https://registry-1.docker.io"), &["auth.docker.io"]),
            ("registry.gitlab.com", None, &["gitlab.com"]),
            ("registry.gitlab.com.evil.example", None, &[]),
            ("docker.io:8443", None, &[]),
            ("ghcr.io", None, &[]),
        ] {
            let route = Route::find(&Config::default(), Registry::parse(host).unwrap()).unwrap();
            let login = Login { username: "u".into(), secret: Secret::new("canary") };

            let request = BearerRequest::new(&route, login, None);

            assert_eq!(request.root.as_deref(), root, "{host}");
            assert_eq!(request.realm_hosts, realms, "{host}");
        }
    }
}

//! Docker Hub: `docker.io` and its other names, and the hardened images at `dhi.io`.
//!
//! One login is good at all of them. A stored one is handed out as it is; an OIDC token is exchanged for an
//! organization's, by a connection that the organization has made.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, span_between};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// Docker Hub under one of its names, or what stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The organization that an OIDC token logs in as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The UUID of that organization's OIDC connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// Seconds that an organization's token is to live; an hour if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_life_s: Option<u64>,
    /// Who exchanges OIDC tokens, given by the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Whose manifests tell the pull limit, given by the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_endpoint: Option<String>,
    /// Who gives tokens for those, given by the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_endpoint: Option<String>,
    /// Whether the pull limit is read; it is unless that is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_limit: Option<bool>,
}

impl Target {
    /// How long an organization's token is to live.
    #[must_use]
    pub fn token_life(&self) -> Duration {
        self.token_life_s.map_or(DEFAULT_LIFE, Duration::from_secs)
    }

    /// Whether it may be asked how many pulls are left. A login for some other host is none of Docker's business.
    #[must_use]
    pub fn tells_pull_limit(&self) -> bool {
        let is_dockers = self.host == MAIN_NAME || self.is_other_name();
        self.pull_limit.unwrap_or(true) && (is_dockers || self.auth_endpoint.is_some())
    }

    /// Whether it is another name of `docker.io`, whose login is good here, too.
    pub(crate) fn is_other_name(&self) -> bool {
        OTHER_NAMES.contains(&self.host.as_str())
    }

    /// The names share what was made for one of them.
    pub(super) fn key(&self) -> String {
        let host = if self.is_other_name() { MAIN_NAME } else { &self.host };
        let organization = self.organization.as_deref().unwrap_or_default();
        let connection = self.connection_id.as_deref().unwrap_or_default();
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        format!("{host} {organization} {connection} {} {endpoint}", self.token_life().as_secs())
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        let note = "`access` and `repositories` are not enforced for Docker Hub: an access token or the rulesets of \
                    the connection say what a login may do";
        asked.is_narrow().then(|| note.to_owned()).into_iter().collect()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored, IdentityType::Oidc];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &["registry", "hub"];
pub(super) const KEYS: &[Key] = &[
    Key { name: "organization", shape: Shape::Text(organization) },
    Key { name: "connection_id", shape: Shape::Text(connection_id) },
    Key { name: "token_life", shape: Shape::Text(token_life) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "registry_endpoint", shape: Shape::Text(endpoint) },
    Key { name: "auth_endpoint", shape: Shape::Text(endpoint) },
    Key { name: "pull_limit", shape: Shape::Switch },
];

/// What is folded into `docker.io` is the same registry; the others keep their names.
pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let host = registry.host();
    let is_hub = registry.has_default_port() && (host == MAIN_NAME || OTHER_NAMES.contains(&host));
    is_hub.then(|| target(registry, &Keys::default()))
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    match (keys.text("connection_id"), keys.text("organization")) {
        (Some(_), None) => Err("`connection_id` needs `organization`, whose name is the user name".into()),
        (None, Some(_)) => Err("`organization` needs `connection_id`, a connection of its own".into()),
        _ => Ok(target(registry, keys)),
    }
}

fn target(registry: &Registry, keys: &Keys) -> Target {
    let text = |name: &str| keys.text(name).map(str::to_owned);
    Target {
        host: registry.authority(),
        organization: text("organization"),
        connection_id: text("connection_id").map(|id| id.to_ascii_lowercase()),
        token_life_s: keys.text("token_life").and_then(life).map(|life| life.as_secs()),
        endpoint: text("endpoint"),
        registry_endpoint: text("registry_endpoint"),
        auth_endpoint: text("auth_endpoint"),
        pull_limit: keys.switch("pull_limit"),
    }
}

fn organization(text: &str) -> Result<(), &'static str> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_good = (2..=64).contains(&text.len())
        && text.bytes().next().is_some_and(is_plain)
        && text.bytes().all(|b| is_plain(b) || matches!(b, b'-' | b'_'));
    if is_good { Ok(()) } else { Err("the name of an organization at Docker Hub, in lower case") }
}

fn connection_id(text: &str) -> Result<(), &'static str> {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let is_uuid = lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    if is_uuid { Ok(()) } else { Err("the id of an OIDC connection, a UUID") }
}

fn token_life(text: &str) -> Result<(), &'static str> {
    life(text).map(|_| ()).ok_or("a duration from `5m` to `6h`")
}

/// What Docker takes as `expires_in`, in whole seconds.
fn life(text: &str) -> Option<Duration> {
    span_between(text, SHORTEST_LIFE, LONGEST_LIFE).map(|life| Duration::from_secs(life.as_secs()))
}

const MAIN_NAME: &str = "docker.io";
const OTHER_NAMES: [&str; 2] = ["registry.hub.docker.com", "dhi.io"];
/// The longest life that Docker has granted from the beginning. Its own action asks for 5 min, which is too
/// short here: clients use an answer for nearly as long.
const DEFAULT_LIFE: Duration = Duration::from_secs(3600);
const SHORTEST_LIFE: Duration = Duration::from_secs(300);
const LONGEST_LIFE: Duration = Duration::from_secs(21_600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, route::Route};

    #[test]
    fn a_login_for_another_host_is_shown_to_nobody_unasked() {
        let target = |host: &str, auth: Option<&str>| {
            let mut keys = Keys::default();
            if let Some(auth) = auth {
                keys.set_text("auth_endpoint", auth);
            }
            configure(&Registry::parse(host).unwrap(), &keys).unwrap()
        };

        assert!(target("docker.io", None).tells_pull_limit() && target("dhi.io", None).tells_pull_limit());
        assert!(!target("hub.corp.example", None).tells_pull_limit());
        assert!(target("hub.corp.example", Some("https://auth.corp.example")).tells_pull_limit());
    }

    #[test]
    fn the_names_of_docker_hub_share_what_was_made_and_other_hosts_do_not() {
        let key = |host: &str| configure(&registry(host), &Keys::default()).unwrap().key();

        let main = key("https://index.docker.io/v1/");

        for host in ["docker.io", "registry-1.docker.io", "registry.hub.docker.com", "dhi.io"] {
            assert_eq!(key(host), main, "{host}");
        }
        assert_ne!(key("hub.corp.example"), main);
    }

    #[test]
    fn what_decides_an_organizations_token_decides_the_scope() {
        let key = |settings: &[(&'static str, &str)]| {
            let mut keys = Keys::default();
            for (name, text) in [("organization", "team"), ("connection_id", ID)].iter().chain(settings) {
                keys.set_text(name, text);
            }
            configure(&registry("docker.io"), &keys).unwrap().key()
        };

        assert_eq!(key(&[]), key(&[("token_life", "60m"), ("auth_endpoint", "https://auth.example")]));
        assert_ne!(key(&[]), key(&[("token_life", "5m")]));
        assert_ne!(key(&[]), key(&[("organization", "other")]));
        assert_ne!(key(&[]), key(&[("connection_id", "6f9619ff-8b86-4d01-b42d-00cf4fc964fe")]));
        assert_ne!(key(&[]), key(&[("endpoint", "https://identity.example")]));
    }

    #[test]
    fn settings_that_docker_would_refuse_are_refused_here() {
        assert!(token_life("5m").is_ok() && token_life("6h").is_ok());
        assert!(["299s", "6h 1s", "1", "", "soon"].iter().all(|text| token_life(text).is_err()));
        assert!(connection_id(ID).is_ok() && connection_id(&ID.to_uppercase()).is_ok());
        assert!(
            ["", "6f9619ff", &ID[1..], &ID.replace('6', "g")].iter().all(|id| connection_id(id).is_err())
        );
        assert!(organization("shoreteam").is_ok());
        assert!(["", "a", "Team", "a b", "-team", "te/am"].iter().all(|name| organization(name).is_err()));
    }

    #[test]
    fn a_connection_and_its_organization_go_together() {
        for (name, text) in [("organization", "shoreteam"), ("connection_id", ID)] {
            let mut keys = Keys::default();
            keys.set_text(name, text);

            assert!(configure(&registry("docker.io"), &keys).unwrap_err().contains("needs"), "{name}");
        }
    }

    #[test]
    fn a_connection_without_an_oidc_identity_is_a_fault_and_no_stored_login() {
        let rule = format!("match = \"docker.io\"\norganization = \"shoreteam\"\nconnection_id = \"{ID}\"\n");
        let tables = "[token.ci]\nfrom = \"env\"\nvariable = \"T\"\n[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\
                      [identity.me]\ntype = \"stored\"\n";
        let parse = |identity: &str| {
            Config::parse("config.toml".as_ref(), &format!("{tables}[[registry]]\n{rule}{identity}"))
        };

        for identity in ["", "identity = \"me\"\n"] {
            assert!(parse(identity).unwrap_err()[0].message.contains("of type `oidc`"), "{identity}");
        }
        assert!(parse("identity = \"ci\"\n").is_ok());
    }

    #[test]
    fn a_login_of_docker_io_is_good_at_its_other_names_after_their_own() {
        let keys = |host: &str| -> Vec<String> {
            let route = Route::find(&Config::default(), registry(host)).unwrap();
            route.login_keys().iter().map(ToString::to_string).collect()
        };

        assert_eq!(keys("registry-1.docker.io"), ["docker.io"]);
        assert_eq!(keys("dhi.io/team"), ["dhi.io/team", "dhi.io", "docker.io"]);
        assert_eq!(keys("registry.hub.docker.com"), ["registry.hub.docker.com", "docker.io"]);
        assert_eq!(keys("dhi.io.evil.example"), ["dhi.io.evil.example"]);
        assert_eq!(keys("dhi.io:5000"), ["dhi.io:5000"]);
    }

    fn registry(text: &str) -> Registry {
        Registry::parse(text).unwrap()
    }

    const ID: &str = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
}

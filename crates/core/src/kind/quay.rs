//! Quay: `quay.io`, and whatever names its operators give it.
//!
//! A robot's stored token is handed out as it is. With an OIDC token the robot needs none: Quay federates it
//! and gives a token of its own, good for an hour.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, not_narrowed};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The robot that an OIDC token stands for: `ORGANIZATION+NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robot: Option<String>,
    /// Where Quay is asked, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Target {
    pub(super) fn key(&self) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} {}", self.host, text(&self.robot), text(&self.endpoint))
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        not_narrowed("Quay", asked)
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored, IdentityType::Oidc];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[
    Key { name: "robot", shape: Shape::Text(robot) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
];

/// `quay.io`
pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let is_quay = registry.host() == "quay.io" && registry.has_default_port();
    is_quay.then(|| Target { host: registry.authority(), robot: None, endpoint: None })
}

#[expect(clippy::unnecessary_wraps, reason = "every kind has it")]
pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let text = |name| keys.text(name).map(str::to_owned);
    Ok(Target { host: registry.authority(), robot: text("robot"), endpoint: text("endpoint") })
}

fn robot(text: &str) -> Result<(), &'static str> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.');
    let is_name = |name: &str| (1..=255).contains(&name.len()) && name.bytes().all(good);
    match text.split_once('+') {
        Some((owner, name)) if is_name(owner) && is_name(name) => Ok(()),
        _ => Err("a robot's whole name, such as `team+puller`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_has_an_owner_and_a_name() {
        for good in ["team+puller", "dev.team-1+ci_push"] {
            assert_eq!(robot(good), Ok(()), "{good}");
        }
        for bad in
            ["", "puller", "+puller", "team+", "team+a+b", "Team+puller", "team+pull:er", "team+pull er"]
        {
            assert!(robot(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_robot_is_a_scope_of_its_own() {
        let target = recognise(&Registry::parse("https://Quay.io/v2/").unwrap()).unwrap();
        let robot = Target { robot: Some("team+puller".into()), ..target.clone() };

        assert_ne!(target.key(), robot.key());
        assert_eq!(target.key(), recognise(&Registry::parse("quay.io:443/team").unwrap()).unwrap().key());
    }
}

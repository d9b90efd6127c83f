//! Harbor, at whatever name its operator gave it: a login as it is stored, or robots made with one.
//!
//! A robot is limited to projects, the first part of a repository's name; Harbor knows nothing narrower.
//! So a rule that wants robots names the projects, and what it names beyond them is only noted.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, not_narrowed, span_between};
use crate::{
    access::{Access, Asked},
    identity::IdentityType,
    registry::Registry,
};

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, with a port if it has one.
    pub host: String,
    /// The robots that the configuration wants; without them a login is handed out as it is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robots: Option<Robots>,
}

/// Robot accounts to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Robots {
    /// Where they may do something, sorted; never empty.
    pub projects: Vec<String>,
    /// Seconds until a robot is deleted.
    pub life_s: u64,
    /// Where Harbor's API is, given by the configuration; `https://HOST` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Robots {
    /// Until a robot is deleted.
    #[must_use]
    pub fn life(&self) -> Duration {
        Duration::from_secs(self.life_s)
    }

    /// The projects in words: ``project `a` `` or ``the projects `a` and `b` ``.
    #[must_use]
    pub fn place(&self) -> String {
        let quoted: Vec<_> = self.projects.iter().map(|name| format!("`{name}`")).collect();
        match quoted.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("the projects {} and {last}", others.join(", "))
            }
            _ => format!("project {}", quoted.concat()),
        }
    }
}

impl Target {
    /// Where Harbor's API is, without a slash at the end.
    #[must_use]
    pub fn root(&self) -> String {
        let given = self.robots.as_ref().and_then(|robots| robots.endpoint.as_deref());
        given.map_or_else(|| format!("https://{}", self.host), |root| root.trim_end_matches('/').to_owned())
    }

    pub(super) fn key(&self) -> String {
        match &self.robots {
            None => self.host.clone(),
            Some(Robots { projects, life_s, .. }) => {
                format!("{} {} {life_s} {}", self.host, self.root(), projects.join(","))
            }
        }
    }

    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        if self.robots.is_none() {
            return not_narrowed("Harbor", asked);
        }
        let is_narrower =
            asked.repositories.iter().any(|name| !name.ends_with("/*") || name.matches('/').count() > 1);
        let wider = is_narrower.then(|| {
            "Harbor narrows a robot to projects: it is good for every repository in them, not only for `repositories`"
                .to_owned()
        });
        wider.into_iter().collect()
    }

    pub(super) fn notes(&self, asked: &Asked<'_>) -> Vec<String> {
        let Some(robots) = &self.robots else { return Vec::new() };
        let does = if asked.access == Access::Pull { "pulls from" } else { "pulls from and pushes to" };
        let life = humantime::format_duration(robots.life());
        vec![format!(
            "a robot account {does} {}; it is made with the login, and deleted after {life}",
            robots.place()
        )]
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Stored];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[
    Key { name: "robots", shape: Shape::Switch },
    Key { name: "robot_life", shape: Shape::Text(robot_life) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
];

/// Its names are the operator's own.
pub(super) fn recognise(_registry: &Registry) -> Option<Target> {
    None
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let host = registry.authority();
    if keys.switch("robots") != Some(true) {
        return match ["robot_life", "endpoint"].into_iter().find(|name| keys.text(name).is_some()) {
            Some(name) => {
                Err(format!("`{name}` needs `robots = true`: a stored login is handed out as it is"))
            }
            None => Ok(Target { host, robots: None }),
        };
    }
    let mut projects: Vec<_> = match keys.repositories() {
        [] => registry.path().into_iter().map(project).collect(),
        repositories => repositories.iter().map(|name| project(name)).collect(),
    };
    projects.sort_unstable();
    projects.dedup();
    match projects.len() {
        0 => Err("`robots` needs to know the projects: name them in `repositories`, such as `[\"team/*\"]`, or one \
                  in `match`, such as `HOST/team`"
            .into()),
        MORE_THAN_SENSIBLE.. => Err("`robots` in so many projects are no use: name 50 at most".into()),
        _ => {
            let life_s = keys.text("robot_life").and_then(life).unwrap_or(DEFAULT_LIFE).as_secs();
            let robots = Robots { projects, life_s, endpoint: keys.text("endpoint").map(str::to_owned) };
            Ok(Target { host, robots: Some(robots) })
        }
    }
}

/// The first part of a repository's name.
fn project(name: &str) -> String {
    name.split('/').next().unwrap_or(name).to_owned()
}

fn robot_life(text: &str) -> Result<(), &'static str> {
    life(text).map(|_| ()).ok_or("a duration from `10m` to `30d`")
}

fn life(text: &str) -> Option<Duration> {
    span_between(text, SHORTEST_LIFE, LONGEST_LIFE)
}

/// A working day; renewed at three quarters of it.
const DEFAULT_LIFE: Duration = Duration::from_secs(8 * 3600);
/// Below it, clients that use an answer again for five minutes would be left with a robot that is gone.
const SHORTEST_LIFE: Duration = Duration::from_secs(600);
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 86_400);
const MORE_THAN_SENSIBLE: usize = 51;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind;

    #[test]
    fn a_robot_is_for_the_projects_of_the_repositories() {
        let repositories = ["team/app", "base/*", "team/deep/er"].map(str::to_owned);
        let robots = robots("harbor.example", &repositories, &[]).unwrap();

        assert_eq!(robots.projects, ["base", "team"]);
        assert_eq!(robots.life(), Duration::from_secs(28_800));
    }

    #[test]
    fn a_namespace_is_a_project_where_no_repositories_are_named() {
        assert_eq!(robots("harbor.example/team/app", &[], &[]).unwrap().projects, ["team"]);
        assert_eq!(robots("harbor.example/team", &["base/*".into()], &[]).unwrap().projects, ["base"]);
        assert!(robots("harbor.example", &[], &[]).unwrap_err().contains("`repositories`"));
    }

    #[test]
    fn what_is_of_robots_alone_needs_them() {
        let mut keys = Keys::default();
        keys.set_text("robot_life", "1h");

        let fault = configure(&Registry::parse("harbor.example").unwrap(), &keys).unwrap_err();

        assert!(fault.contains("`robot_life` needs `robots = true`"));
    }

    #[test]
    fn a_life_is_neither_too_short_nor_too_long() {
        for (text, is_good) in [("10m", true), ("30d", true), ("9m", false), ("31d", false), ("8", false)] {
            assert_eq!(robot_life(text).is_ok(), is_good, "{text}");
        }
    }

    #[test]
    fn what_decides_a_robot_decides_the_scope() {
        let key = |repositories: &[&str], settings: &[(&'static str, &str)]| {
            let repositories: Vec<_> = repositories.iter().map(ToString::to_string).collect();
            let robots = robots("harbor.example", &repositories, settings).unwrap();
            Target { host: "harbor.example".into(), robots: Some(robots) }.key()
        };
        let plain = key(&["team/*"], &[]);

        assert_ne!(plain, key(&["base/*"], &[]));
        assert_ne!(plain, key(&["team/*"], &[("robot_life", "1h")]));
        assert_ne!(plain, key(&["team/*"], &[("endpoint", "https://api.example")]));
        assert_ne!(plain, Target { host: "harbor.example".into(), robots: None }.key());
    }

    #[test]
    fn what_harbor_cannot_narrow_is_noted() {
        let notes = |repositories: &[&str]| {
            let repositories: Vec<_> = repositories.iter().map(ToString::to_string).collect();
            let robots = robots("harbor.example", &repositories, &[]).ok();
            let identity = IdentityType::Stored.default_identity();
            let asked = Asked { access: Access::Pull, repositories: &repositories, identity: &identity };
            kind::Target::Harbor(Target { host: "harbor.example".into(), robots }).notes(&asked)
        };

        assert_eq!(notes(&["team/*"]).len(), 1);
        assert!(notes(&["team/*"])[0].contains("pulls from project `team`"));
        assert!(notes(&["team/app"])[1].contains("every repository"));
        assert!(notes(&["team/deep/*"])[1].contains("every repository"));
    }

    fn robots(
        address: &str,
        repositories: &[String],
        settings: &[(&'static str, &str)],
    ) -> Result<Robots, String> {
        let mut keys = Keys::default();
        keys.set_switch("robots", true);
        keys.set_repositories(repositories);
        for (name, text) in settings {
            keys.set_text(name, text);
        }
        let target = configure(&Registry::parse(address).unwrap(), &keys)?;
        Ok(target.robots.unwrap())
    }
}

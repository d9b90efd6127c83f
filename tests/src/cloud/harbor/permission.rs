//! What a robot may do, in Harbor's own words.

use serde::{Deserialize, Serialize};

/// Rights at the system or in projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// `system` or `project`.
    pub kind: String,
    /// `/` for the system, else a project's name or `*`.
    pub namespace: String,
    /// What is allowed there.
    pub access: Vec<Access>,
}

/// One right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Such as `repository`.
    pub resource: String,
    /// Such as `pull`.
    pub action: String,
    /// Empty when nobody says; compared as it stands when robots make robots.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub effect: String,
}

impl Permission {
    /// Rights in a project, or in all with `*`, each as `resource:action`.
    #[must_use]
    pub fn project(name: &str, rights: &[&str]) -> Self {
        Self { kind: "project".into(), namespace: name.into(), access: rights.iter().map(access).collect() }
    }

    /// Rights at the system, each as `resource:action`.
    #[must_use]
    pub fn system(rights: &[&str]) -> Self {
        Self { kind: "system".into(), namespace: "/".into(), access: rights.iter().map(access).collect() }
    }

    /// In a project, or at the system.
    pub(super) fn allows(&self, project: Option<&str>, resource: &str, action: &str) -> bool {
        let is_here = match project {
            Some(name) => self.kind == "project" && (self.namespace == "*" || self.namespace == name),
            None => self.kind == "system",
        };
        is_here && self.access.iter().any(|access| access.resource == resource && access.action == action)
    }

    /// Whether all of another permission lies within this one.
    fn covers(&self, other: &Self) -> bool {
        let is_wide = self.namespace == "*" || self.namespace == other.namespace;
        self.kind == other.kind && is_wide && other.access.iter().all(|access| self.access.contains(access))
    }
}

/// Whether a robot with these rights may make one with those.
pub(super) fn cover(creator: &[Permission], wanted: &[Permission]) -> bool {
    wanted.iter().all(|wanted| creator.iter().any(|own| own.covers(wanted)))
}

fn access(right: &&str) -> Access {
    let (resource, action) = right.split_once(':').unwrap_or((right, ""));
    Access { resource: resource.into(), action: action.into(), effect: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_gives_only_what_it_has_itself() {
        let own = [Permission::project("team", &["repository:pull", "repository:push"])];
        let everywhere = [Permission::project("*", &["repository:pull"])];
        let pull = |name| [Permission::project(name, &["repository:pull"])];
        let mut allowed = pull("team");
        allowed[0].access[0].effect = "allow".into();

        assert!(cover(&own, &pull("team")) && cover(&everywhere, &pull("team")));
        assert!(!cover(&own, &pull("other")) && !cover(&own, &pull("*")));
        assert!(!cover(&own, &[Permission::project("team", &["robot:create"])]));
        assert!(!cover(&own, &allowed), "another effect is another right");
    }
}

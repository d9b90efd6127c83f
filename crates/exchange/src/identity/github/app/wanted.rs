//! What a token is asked for: packages, and the repositories that the rule's images are named after.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shorepass_core::{access::Access, exchange::ExchangeError};

use super::super::misconfigured;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    access: Access,
    /// With their owner; empty is every repository of the installation.
    pub(super) repositories: BTreeSet<String>,
}

/// What may be done with packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Read,
    Write,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl Wanted {
    pub(super) fn of(access: Access, images: &[String]) -> Result<Self, ExchangeError> {
        let mut repositories = BTreeSet::new();
        let mut owners = BTreeSet::new();
        let mut has_whole_owner = false;
        for image in images {
            let mut parts = image.split('/');
            let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
                return Err(unsupported(format!(
                    "an image of GitHub's is named `OWNER/NAME`, and `{image}` is not"
                )));
            };
            owners.insert(owner);
            has_whole_owner |= name == "*";
            repositories.insert(format!("{owner}/{name}"));
        }
        if owners.len() > 1 {
            return Err(unsupported(
                "a token of an app is for one owner, and `repositories` names several".into(),
            ));
        }
        if has_whole_owner {
            repositories.clear();
        }
        Ok(Self { access, repositories })
    }

    /// The first that is granted will do.
    pub(super) fn levels(&self) -> &'static [Level] {
        match self.access {
            Access::Pull => &[Level::Read],
            Access::Push => &[Level::Write],
            Access::Full => &[Level::Write, Level::Read],
        }
    }

    pub(super) fn body(&self, level: Level) -> Value {
        let mut body = json!({ "permissions": { "packages": level.name() } });
        if !self.repositories.is_empty() {
            let names = self.repositories.iter().filter_map(|name| name.split('/').nth(1));
            body["repositories"] = names.collect();
        }
        body
    }
}

fn unsupported(message: String) -> ExchangeError {
    misconfigured("repositories_unsupported", message).with_hint(
        "write `repositories` as `OWNER/NAME` or `OWNER/*`, of one owner; to see the rule, run \
         `shorepass explain HOST`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repositories_are_those_of_the_images() {
        let body = |access, images: &[&str]| {
            let wanted = Wanted::of(access, &texts(images)).unwrap();
            wanted.body(wanted.levels()[0]).to_string()
        };

        assert_eq!(body(Access::Pull, &[]), r#"{"permissions":{"packages":"read"}}"#);
        assert_eq!(
            body(Access::Push, &["team/app", "team/app/web", "team/base/*"]),
            r#"{"permissions":{"packages":"write"},"repositories":["app","base"]}"#
        );
        assert_eq!(body(Access::Pull, &["team/app", "team/*"]), r#"{"permissions":{"packages":"read"}}"#);
    }

    #[test]
    fn what_one_token_cannot_be_for_is_refused() {
        for images in [&["app"][..], &["team/app", "other/app"], &["team/*", "other/*"]] {
            let error = Wanted::of(Access::Pull, &texts(images)).unwrap_err();
            assert_eq!(error.code, "repositories_unsupported", "{images:?}");
        }
    }

    fn texts(images: &[&str]) -> Vec<String> {
        images.iter().map(ToString::to_string).collect()
    }
}

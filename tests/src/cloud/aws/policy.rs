//! Session policies, as far as they decide about the actions that the fake cloud knows.
//!
//! A statement counts for an action on every resource only when its `Resource` is `*`, because the
//! actions here cannot be narrowed to a resource; conditions are not evaluated.

use serde::Deserialize;

/// A parsed policy document.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    #[serde(rename = "Version")]
    version: String,
    statement: OneOrMany<Statement>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: Effect,
    action: OneOrMany<String>,
    resource: OneOrMany<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl Policy {
    /// Reads a document; `None` when it is no policy.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let policy: Self = serde_json::from_str(text).ok()?;
        ["2012-10-17", "2008-10-17"].contains(&policy.version.as_str()).then_some(policy)
    }

    /// Whether it allows an action that takes no resource.
    #[must_use]
    pub(crate) fn allows(&self, action: &str) -> bool {
        let has =
            |effect: Effect| {
                self.statement.as_slice().iter().any(|statement| {
                    statement.effect == effect
                        && statement.action.as_slice().iter().any(|pattern| {
                            matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
                        })
                        && statement.resource.as_slice().iter().any(|resource| resource == "*")
                })
            };
        has(Effect::Allow) && !has(Effect::Deny)
    }
}

impl<T> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            Self::Many(many) => many,
            Self::One(one) => std::slice::from_ref(one),
        }
    }
}

/// Whether a text fits a pattern in which a star stands for anything.
#[must_use]
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(head) else { return false };
    (0..=rest.len()).filter(|&at| rest.is_char_boundary(at)).any(|at| matches(tail, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_without_the_action_on_everything_denies_it() {
        let login = r#"{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}"#;
        let pull = r#"{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:Get*"],"Resource":"arn:aws:ecr:eu-west-1:123456789012:repository/a/*"}"#;
        let deny = r#"{"Effect":"Deny","Action":"ecr:*","Resource":"*"}"#;
        let allows = |statements: &[&str]| {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
            Policy::parse(&text).unwrap().allows("ecr:GetAuthorizationToken")
        };

        assert!(allows(&[login, pull]));
        assert!(!allows(&[pull]));
        assert!(!allows(&[login, deny]));
    }

    #[test]
    fn what_is_no_policy_is_none() {
        for text in ["", "{}", r#"{"Version":"2020-01-01","Statement":[]}"#, "[1]"] {
            assert!(Policy::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn stars_match_anything() {
        assert!(matches("repo:o/*:ref:*", "repo:o/r:ref:refs/heads/main"));
        assert!(!matches("repo:o/*:ref:x", "repo:o/r:ref:y"));
        assert!(!matches("a", "ab"));
    }
}

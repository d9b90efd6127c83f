//! Session policies, as far as they decide about the actions that the fake cloud knows.
//!
//! Wildcards stand in actions and resources; an action that cannot be limited to a resource is one on `*`.
//! There are no conditions here, so a document that has some is refused as if it were malformed.

use serde::Deserialize;

/// A parsed policy document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Policy {
    #[serde(rename = "Version")]
    version: String,
    statement: OneOrMany<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
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

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
        let is_known = ["2012-10-17", "2008-10-17"].contains(&policy.version.as_str());
        let statements = policy.statement.as_slice();
        (is_known && !statements.is_empty() && statements.iter().all(Statement::is_well_formed))
            .then_some(policy)
    }

    /// Whether it allows an action on a resource.
    #[must_use]
    pub(crate) fn allows(&self, action: &str, resource: &str) -> bool {
        let has = |effect: Effect| {
            let mut all = self.statement.as_slice().iter();
            all.any(|statement| statement.effect == effect && statement.is_about(action, resource))
        };
        has(Effect::Allow) && !has(Effect::Deny)
    }
}

impl Statement {
    fn is_about(&self, action: &str, resource: &str) -> bool {
        let is_action =
            |pattern: &String| matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase());
        self.action.as_slice().iter().any(is_action)
            && self.resource.as_slice().iter().any(|pattern| matches(pattern, resource))
    }

    /// Actions are `SERVICE:NAME` or a star, resources ARNs or a star.
    fn is_well_formed(&self) -> bool {
        let (actions, resources) = (self.action.as_slice(), self.resource.as_slice());
        let is_arn = |text: &String| text.starts_with("arn:") && text.splitn(6, ':').count() == 6;
        !actions.is_empty()
            && !resources.is_empty()
            && actions.iter().all(|action| action == "*" || action.contains(':'))
            && resources.iter().all(|resource| resource == "*" || is_arn(resource))
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
            Policy::parse(&text).unwrap().allows("ecr:GetAuthorizationToken", "*")
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
        for statement in [
            r#"{"Effect":"Allow","Action":"PutImage","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"ecr:PutImage","Resource":"team/app"}"#,
            r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{}}"#,
        ] {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
            assert!(Policy::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn action_and_resource_must_both_fit_with_their_wildcards() {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ecr:Batch*","ecr:PutImage"],"Resource":["arn:aws:ecr:eu-west-1:1:repository/team/*","arn:aws:ecr:*:2:repository/base"]}}"#;
        let policy = Policy::parse(text).unwrap();

        for (action, resource, is_allowed) in [
            ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:1:repository/team/app", true),
            ("ecr:putimage", "arn:aws:ecr:us-east-1:2:repository/base", true),
            ("ecr:GetDownloadUrlForLayer", "arn:aws:ecr:eu-west-1:1:repository/team/app", false),
            ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:1:repository/teams", false),
            ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-2:1:repository/team/app", false),
            ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:3:repository/team/app", false),
            ("ecr:BatchGetImage", "arn:aws-cn:ecr:eu-west-1:1:repository/team/app", false),
        ] {
            assert_eq!(policy.allows(action, resource), is_allowed, "{action} {resource}");
        }
    }

    #[test]
    fn stars_match_anything() {
        assert!(matches("repo:o/*:ref:*", "repo:o/r:ref:refs/heads/main"));
        assert!(!matches("repo:o/*:ref:x", "repo:o/r:ref:y"));
        assert!(!matches("a", "ab"));
    }
}

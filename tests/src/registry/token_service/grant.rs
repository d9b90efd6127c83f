//! Which of the wanted scopes a login gets.

use serde_json::{Value, json};

use crate::cloud::{aws::policy::matches, http::form::Fields};

/// Actions allowed in some repositories.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    repositories: String,
    actions: Option<Vec<String>>,
}

impl Grant {
    pub(super) fn new(repositories: &str, actions: &[&str]) -> Self {
        let actions = actions.iter().map(ToString::to_string).collect();
        Self { repositories: repositories.into(), actions: Some(actions) }
    }

    pub(super) fn everything() -> Self {
        Self { repositories: "*".into(), actions: None }
    }

    fn allows(&self, name: &str, action: &str) -> bool {
        let is_listed = self.actions.as_ref().is_none_or(|actions| actions.iter().any(|one| one == action));
        is_listed && matches(&self.repositories, name)
    }
}

/// `type:name:action,action`, several in one field or in several fields; names may hold colons. The login
/// itself must allow it, too.
pub(super) fn granted(
    grants: &[Grant],
    login_allows: impl Fn(&str, &str) -> bool,
    fields: &Fields,
) -> Vec<Value> {
    let scopes = fields.all("scope").flat_map(|field| field.split(' ')).filter(|scope| !scope.is_empty());
    scopes
        .filter_map(|scope| {
            let (kind, rest) = scope.split_once(':')?;
            let (name, actions) = rest.rsplit_once(':')?;
            let is_allowed = |action: &&str| {
                grants.iter().any(|grant| grant.allows(name, action)) && login_allows(name, action)
            };
            let actions: Vec<&str> = actions.split(',').filter(is_allowed).collect();
            (!actions.is_empty()).then(|| json!({ "type": kind, "name": name, "actions": actions }))
        })
        .collect()
}

/// A granted access in the spelling of a scope.
pub(super) fn as_scope(access: &Value) -> String {
    let text = |name: &str| access[name].as_str().unwrap_or_default();
    let actions: Vec<&str> =
        access["actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{}:{}:{}", text("type"), text("name"), actions.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_both_grant_and_login_allow_is_granted() {
        let grants = [Grant::new("team/*", &["pull"])];
        let fields = Fields::parse(
            "scope=repository:team/app:pull,push%20repository:other:pull&scope=registry:catalog:*",
        );

        let access = granted(&grants, |_, _| true, &fields);
        let nothing = granted(&grants, |_, action| action == "push", &fields);

        assert_eq!(access.iter().map(as_scope).collect::<Vec<_>>(), ["repository:team/app:pull"]);
        assert!(nothing.is_empty());
    }
}

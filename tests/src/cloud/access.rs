//! What a registry's token service is asked for and what its tokens are good for, as distribution's "Token
//! Scope Documentation" spells it.
//!
//! Who may have what is each fake's own; images are not served here beyond one empty index.

use serde_json::{Value, json};

use super::http::{Reply, form::Fields};

/// Actions in one repository or of the registry itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Access {
    /// `repository` or `registry`.
    pub kind: String,
    /// Without the registry's host.
    pub name: String,
    /// `pull`, `push`, `delete` or `*`.
    pub actions: Vec<String>,
}

impl Access {
    /// As it stands in a signed token.
    pub(super) fn claim(&self) -> Value {
        json!({ "type": self.kind, "name": self.name, "actions": self.actions })
    }

    pub(super) fn scope(&self) -> String {
        format!("{}:{}:{}", self.kind, self.name, self.actions.join(","))
    }

    fn parse(scope: &str) -> Option<Self> {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let is_known = kind == "repository" || (kind == "registry" && name == "catalog");
        let is_whole = !name.is_empty() && !name.contains('*') && !actions.is_empty();
        (is_known && is_whole).then(|| Self {
            kind: kind.into(),
            name: name.into(),
            actions: actions.split(',').map(str::to_owned).collect(),
        })
    }
}

/// Every scope of a request, in one field or in several; `None` when one is malformed.
pub(super) fn wanted(fields: &Fields) -> Option<Vec<Access>> {
    fields.all("scope").flat_map(str::split_whitespace).map(Access::parse).collect()
}

/// What is left of it when only what is allowed in repositories stays.
pub(super) fn narrowed(wanted: Vec<Access>, allows: impl Fn(&str, &str) -> bool) -> Vec<Access> {
    wanted
        .into_iter()
        .filter_map(|mut access| {
            access.actions.retain(|action| access.kind == "repository" && allows(&access.name, action));
            (!access.actions.is_empty()).then_some(access)
        })
        .collect()
}

pub(super) fn allows(access: &[Access], repository: &str, action: &str) -> bool {
    let is_meant = |access: &&Access| access.kind == "repository" && access.name == repository;
    access.iter().filter(is_meant).any(|access| access.actions.iter().any(|allowed| allowed == action))
}

/// The value of `WWW-Authenticate`.
pub(super) fn challenge(realm: &str, service: &str, repository: Option<&str>) -> String {
    let scope = repository.map(|name| format!(",scope=\"repository:{name}:pull\"")).unwrap_or_default();
    format!("Bearer realm=\"{realm}\",service=\"{service}\"{scope}")
}

/// Repository and tag or digest of `/v2/NAME/manifests/REFERENCE`.
pub(super) fn manifest_of(path: &str) -> Option<(&str, &str)> {
    let (name, reference) = path.strip_prefix("/v2/")?.split_once("/manifests/")?;
    (!name.is_empty() && !reference.is_empty()).then_some((name, reference))
}

/// An index of no images.
pub(super) fn manifest() -> Reply {
    let body = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] });
    Reply::json(200, &body).with_content_type(INDEX)
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_stays_and_nothing_of_the_catalog() {
        let fields =
            Fields::parse("scope=repository:a/b:pull,push%20repository:c:pull&scope=registry:catalog:*");

        let access = narrowed(wanted(&fields).unwrap(), |name, action| name == "a/b" && action == "pull");

        assert_eq!(access.iter().map(Access::scope).collect::<Vec<_>>(), ["repository:a/b:pull"]);
        assert!(allows(&access, "a/b", "pull") && !allows(&access, "a/b", "push"));
    }

    #[test]
    fn a_malformed_scope_is_none() {
        for scope in ["repository:a", "repository:a/*:pull", "volume:a:pull", "repository::pull"] {
            assert_eq!(wanted(&Fields::parse(&format!("scope={scope}"))), None, "{scope}");
        }
    }
}

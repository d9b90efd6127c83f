//! What an access token is wanted for, and how much of it the principal may have.

use serde_json::{Value, json};

use super::{Grant, invalid};
use crate::cloud::{ApiError, azure::world::Registry};

/// `repository:NAME:ACTION,ACTION` or `registry:catalog:*`.
struct Wanted<'a> {
    kind: &'a str,
    name: &'a str,
    actions: Vec<&'a str>,
}

/// The rights out of those that are wanted; what is not allowed is left out, as Azure does.
pub(super) fn granted<'a>(
    registry: &Registry,
    principal: &str,
    scopes: impl Iterator<Item = &'a str>,
) -> Result<Grant, ApiError> {
    let mut access: Vec<Value> = Vec::new();
    let mut repositories = Vec::new();
    for scope in scopes.flat_map(str::split_whitespace) {
        let wanted = parse(scope)?;
        let allowed: Vec<String> = wanted
            .actions
            .iter()
            .filter(|action| is_allowed(registry, principal, &wanted, action))
            .map(ToString::to_string)
            .collect();
        if allowed.is_empty() {
            continue;
        }
        access.push(json!({ "type": wanted.kind, "name": wanted.name, "actions": allowed }));
        if wanted.kind == "repository" {
            repositories.push((wanted.name.to_owned(), allowed));
        }
    }
    Ok(Grant::Access { access, repositories })
}

fn parse(scope: &str) -> Result<Wanted<'_>, ApiError> {
    let malformed = || invalid("the field 'scope' is malformed");
    let (kind, rest) = scope.split_once(':').ok_or_else(malformed)?;
    let (name, actions) = rest.rsplit_once(':').ok_or_else(malformed)?;
    let is_known = kind == "repository" || (kind == "registry" && name == "catalog");
    if !is_known || name.is_empty() || name.contains('*') || actions.is_empty() {
        return Err(malformed());
    }
    Ok(Wanted { kind, name, actions: actions.split(',').collect() })
}

fn is_allowed(registry: &Registry, principal: &str, wanted: &Wanted<'_>, action: &str) -> bool {
    match wanted.kind {
        "repository" => registry.allows(principal, wanted.name, action),
        _ => registry.lists_catalog_for(principal),
    }
}

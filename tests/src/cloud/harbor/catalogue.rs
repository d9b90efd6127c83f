//! The rights that robots can have at all.
//!
//! A part of Harbor's list: what a registry client and a maker of robots have to do with.

use serde_json::{Value, json};

use super::{error::bad_request, permission::Permission};
use crate::cloud::ApiError;

/// For `GET /permissions`.
pub(super) fn listed() -> Value {
    let list = |rights: &[(&str, &[&str])]| -> Value {
        let one = |(resource, actions): &(&str, &[&str])| -> Vec<Value> {
            actions.iter().map(|action| json!({ "resource": resource, "action": action })).collect()
        };
        rights.iter().flat_map(one).collect()
    };
    json!({ "system": list(SYSTEM), "project": list(PROJECT) })
}

/// Whether every right is one that there is.
pub(super) fn check(permission: &Permission) -> Result<(), ApiError> {
    let known = match permission.kind.as_str() {
        "system" => SYSTEM,
        "project" => PROJECT,
        other => return Err(bad_request(format!("bad request permission level: {other}"))),
    };
    for access in &permission.access {
        let (resource, action) = (access.resource.as_str(), access.action.as_str());
        if !known.iter().any(|(known, actions)| *known == resource && actions.contains(&action)) {
            return Err(bad_request(format!("bad request permission: {resource}:{action}")));
        }
    }
    Ok(())
}

const SYSTEM: &[(&str, &[&str])] = &[
    ("audit-log", &["list"]),
    ("catalog", &["read"]),
    ("project", &["create", "list"]),
    ("robot", &["read", "create", "list", "delete"]),
    ("system-volumes", &["read"]),
];

const PROJECT: &[(&str, &[&str])] = &[
    ("artifact", &["read", "list", "create", "delete"]),
    ("artifact-label", &["create", "delete"]),
    ("label", &["read", "create", "list", "update", "delete"]),
    ("member", &["read", "create", "list", "update", "delete"]),
    ("project", &["read", "update", "delete"]),
    ("quota", &["read"]),
    ("repository", &["read", "list", "pull", "push", "update", "delete"]),
    ("robot", &["read", "create", "list", "delete"]),
    ("scan", &["read", "create", "stop"]),
    ("tag", &["list", "create", "delete"]),
];

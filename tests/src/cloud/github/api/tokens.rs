//! Installation tokens: for all that was granted or for less, never for more.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::installations::covers;
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    github::{House, Installation, World, error::api, operation},
    http::{Reply, Request},
    random,
    stand::Site,
};

/// What an installation token is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Whose token it is.
    pub installation: u64,
    /// Such as `packages` and `read`.
    pub permissions: BTreeMap<String, String>,
    /// Names with owner; `None` is whatever the installation reaches.
    pub repositories: Option<Vec<String>>,
}

/// Its end is said in whole seconds, as GitHub writes it.
pub(super) fn create(site: &Site<House>, request: &Request, app: u64) -> Result<Reply, ApiError> {
    let asked = asked(&request.body)?;
    let world = site.world();
    let id = operation::parts(request).get(2).and_then(|id| id.parse().ok()).unwrap_or_default();
    let installation = world.find_installation(id).filter(|found| found.app == app);
    let installation = installation.ok_or_else(|| api(404, "Not Found"))?;
    if installation.is_suspended {
        return Err(api(403, "This installation has been suspended"));
    }
    let permissions = permissions(installation, &asked)?;
    let repositories = repositories(&world, installation, &asked)?;

    let token = format!("ghs_{}", random::base64_text(36).replace(['+', '/'], "x"));
    let ends_at = site.now() + site.knobs.current().installation_token_life;
    let is_selected = repositories.is_some() || installation.repositories.is_some();
    let mut body = json!({
        "token": token,
        "expires_at": iso(UNIX_EPOCH + Duration::from_secs(whole_seconds(ends_at))),
        "permissions": permissions,
        "repository_selection": if is_selected { "selected" } else { "all" },
    });
    if let Some(names) = &repositories {
        let described = names.iter().map(
            |name| json!({ "id": id_of(&world, name), "name": name.split('/').nth(1), "full_name": name }),
        );
        body["repositories"] = described.collect();
    }
    site.installed.note(&token, Installed { installation: id, permissions, repositories }, ends_at);
    Ok(Reply::json(201, &body))
}

fn asked(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    let asked: Value = serde_json::from_slice(body).map_err(|_| api(400, "Problems parsing JSON"))?;
    if asked.is_object() { Ok(asked) } else { Err(api(400, "Body should be a JSON object")) }
}

fn permissions(installation: &Installation, asked: &Value) -> Result<BTreeMap<String, String>, ApiError> {
    let Some(wanted) = asked.get("permissions") else { return Ok(installation.permissions.clone()) };
    let wanted: BTreeMap<String, String> =
        serde_json::from_value(wanted.clone()).map_err(|_| api(422, "Invalid request."))?;
    for (name, level) in &wanted {
        let granted = installation.permissions.get(name).map(String::as_str);
        let is_granted = rank(Some(level)) > 0 && rank(Some(level)) <= rank(granted);
        if !is_granted {
            return Err(api(422, "The permissions requested are not granted to this installation."));
        }
    }
    Ok(wanted)
}

fn repositories(
    world: &World,
    installation: &Installation,
    asked: &Value,
) -> Result<Option<Vec<String>>, ApiError> {
    let inaccessible = || {
        api(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        )
    };
    if asked.get("repositories").is_none() && asked.get("repository_ids").is_none() {
        return Ok(None);
    }
    let list = |name: &str| asked[name].as_array().into_iter().flatten();
    let by_name =
        list("repositories").map(|name| name.as_str().map(|name| format!("{}/{name}", installation.account)));
    let by_id = list("repository_ids").map(|id| named(world, id.as_u64()?));
    let found: Option<Vec<String>> = by_name.chain(by_id).collect();
    let found = found.filter(|names| names.iter().all(|name| covers(world, installation, name)));
    found.map(Some).ok_or_else(inaccessible)
}

fn named(world: &World, id: u64) -> Option<String> {
    let place = usize::try_from(id).ok()?.checked_sub(1)?;
    world.repositories.get(place).cloned()
}

fn id_of(world: &World, name: &str) -> Option<usize> {
    world.repositories.iter().position(|known| known == name).map(|place| place + 1)
}

fn rank(level: Option<&str>) -> u8 {
    match level {
        Some("read") => 1,
        Some("write") => 2,
        Some("admin") => 3,
        _ => 0,
    }
}

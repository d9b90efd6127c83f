//! Where an app is installed, asked by repository, organisation or person.

use serde_json::{Value, json};

use crate::cloud::{
    ApiError,
    github::{House, Installation, World, error::api, operation},
    http::{Reply, Request},
    stand::Site,
};

pub(super) fn find(site: &Site<House>, request: &Request, app: u64) -> Result<Reply, ApiError> {
    let world = site.world();
    let is_own = |installation: &&Installation| installation.app == app;
    let mut own = world.installations.iter().filter(is_own);
    let found = match operation::parts(request)[..] {
        ["repos", owner, name, _] => {
            let repository = format!("{owner}/{name}");
            own.find(|installation| covers(&world, installation, &repository))
        }
        ["orgs", login, _] => own.find(|found| found.account == login && is_organisation(&world, login)),
        ["users", login, _] => own.find(|found| found.account == login && !is_organisation(&world, login)),
        _ => None,
    };
    let found = found.ok_or_else(|| api(404, "Not Found"))?;
    Ok(Reply::json(200, &described(&world, found)))
}

/// Whether it reaches a repository that exists.
pub(super) fn covers(world: &World, installation: &Installation, repository: &str) -> bool {
    let exists = world.repositories.iter().any(|known| known == repository);
    let is_own = repository.split('/').next() == Some(&installation.account);
    let is_selected = |selected: &Vec<String>| selected.iter().any(|known| known == repository);
    exists && is_own && installation.repositories.as_ref().is_none_or(is_selected)
}

fn described(world: &World, installation: &Installation) -> Value {
    let kind = if is_organisation(world, &installation.account) { "Organization" } else { "User" };
    json!({
        "id": installation.id,
        "app_id": installation.app,
        "account": { "login": installation.account, "type": kind },
        "target_type": kind,
        "permissions": installation.permissions,
        "repository_selection": if installation.repositories.is_some() { "selected" } else { "all" },
        "suspended_at": installation.is_suspended.then_some("2026-01-01T00:00:00Z"),
    })
}

fn is_organisation(world: &World, login: &str) -> bool {
    world.organisations.iter().any(|organisation| organisation.login == login)
}

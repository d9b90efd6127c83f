//! Whose a login is and what it may do: with an access token, an exchanged token or a password.
//!
//! An organisation's tokens count only with the organisation's name, as the user name is part of the proof.

use super::{
    House,
    world::{AccessToken, Account, Grant, World},
};
use crate::cloud::{ApiError, hub::error::unauthorized, stand::Site};

/// A login that is good.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) account: String,
    /// None is whatever the account may do.
    pub(super) grants: Option<Vec<Grant>>,
}

pub(super) fn of(site: &Site<House>, username: &str, password: &str) -> Result<Login, ApiError> {
    let world = site.world();
    let account = world.find_account(username).ok_or_else(wrong)?;
    let login = |grants| Login { account: username.to_owned(), grants };
    if let Some(keyless) = site.keyless.find_live(password) {
        return if keyless.organisation == username { Ok(login(Some(keyless.grants))) } else { Err(wrong()) };
    }
    if let Some(token) = account.tokens.iter().find(|token| token.secret.expose() == password) {
        return if is_good(site, token) { Ok(login(Some(token.grants.clone()))) } else { Err(wrong()) };
    }
    of_password(&world, account, password).map(|()| login(None))
}

/// The login of whoever has this secret.
pub(super) fn of_secret(site: &Site<House>, password: &str) -> Option<Login> {
    let names: Vec<String> = site.world().accounts.iter().map(|account| account.name.clone()).collect();
    names.iter().find_map(|name| of(site, name, password).ok())
}

/// Whether a login, or nobody, may do that in a repository.
pub(super) fn allows(world: &World, login: Option<&Login>, repository: &str, action: &str) -> bool {
    let Some(found) = world.find_repository(repository) else {
        return login.is_some_and(|login| is_own(world, login, repository, action));
    };
    (!found.is_private && action == "pull")
        || login.is_some_and(|login| is_own(world, login, repository, action))
}

fn is_own(world: &World, login: &Login, repository: &str, action: &str) -> bool {
    let is_granted = login
        .grants
        .as_ref()
        .is_none_or(|grants| grants.iter().any(|grant| grant.allows(repository, action)));
    is_granted && world.is_owner(&login.account, repository)
}

fn is_good(site: &Site<House>, token: &AccessToken) -> bool {
    token.is_active && token.expires_at.is_none_or(|end| end > site.now())
}

fn of_password(world: &World, account: &Account, password: &str) -> Result<(), ApiError> {
    let is_right = account.password.as_ref().is_some_and(|own| own.expose() == password);
    if !is_right {
        return Err(wrong());
    }
    if world.is_under_sso(&account.name) {
        return Err(unauthorized("password logins are disabled: use a personal access token"));
    }
    Ok(())
}

fn wrong() -> ApiError {
    unauthorized("incorrect username or password")
}

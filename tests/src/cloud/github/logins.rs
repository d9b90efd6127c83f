//! Whose a login at the registry is, and what that one may do with packages.
//!
//! The password decides; the user name must only be there. Tokens of apps log in and open nothing private
//! unless a knob says otherwise, because that is what the real registry does with them.

use super::{
    House, Installed,
    world::{Job, Package, Person, PersonalToken, TokenKind, World},
};
use crate::cloud::stand::Site;

/// A login that is good.
#[derive(Debug, Clone)]
pub(super) enum Login {
    Person(OauthToken),
    App(Installed),
    Job(Job),
}

/// A classic token, made by hand or by a sign-in.
#[derive(Debug, Clone)]
pub(super) struct OauthToken {
    pub(super) login: String,
    pub(super) scopes: Vec<String>,
    /// None is every organisation, as for a program that an organisation has approved.
    pub(super) authorised_for: Option<Vec<String>>,
}

pub(super) fn of(site: &Site<House>, username: &str, password: &str) -> Option<Login> {
    if username.is_empty() { None } else { of_secret(site, password) }
}

pub(super) fn of_secret(site: &Site<House>, secret: &str) -> Option<Login> {
    let world = site.world();
    if let Some(job) = world.jobs.iter().find(|job| job.token.expose() == secret) {
        return (!job.is_over).then(|| Login::Job(job.clone()));
    }
    if let Some(installed) = site.installed.find_live(secret) {
        let installation = world.find_installation(installed.installation)?;
        return (!installation.is_suspended).then_some(Login::App(installed));
    }
    if let Some(token) = site.oauth.find_live(secret) {
        return Some(Login::Person(token));
    }
    let mut tokens =
        world.people.iter().flat_map(|person| person.tokens.iter().map(move |token| (person, token)));
    let (person, token) = tokens.find(|(_, token)| token.secret.expose() == secret)?;
    is_good(site, token).then(|| {
        Login::Person(OauthToken {
            login: person.login.clone(),
            scopes: token.scopes.clone(),
            authorised_for: Some(token.authorised_for.clone()),
        })
    })
}

/// Whose fine-grained token it is, which the API takes and the registry does not.
pub(super) fn by_fine_grained(site: &Site<House>, secret: &str) -> Option<String> {
    let world = site.world();
    let owns = |person: &&Person| {
        person.tokens.iter().any(|token| {
            token.kind == TokenKind::FineGrained && token.secret.expose() == secret && is_live(site, token)
        })
    };
    world.people.iter().find(owns).map(|person| person.login.clone())
}

/// Whether a login, or nobody, may do that with a package.
pub(super) fn allows(site: &Site<House>, login: Option<&Login>, name: &str, action: &str) -> bool {
    let opens_packages = site.knobs.current().app_tokens_open_packages;
    let world = site.world();
    let known = world.packages.iter().find(|package| package.name == name);
    if known.is_some_and(|package| !package.is_private) && action == "pull" {
        return true;
    }
    // What does not exist belongs to its namespace, so that a first push can make it.
    let unborn = Package::private(name);
    let package = known.unwrap_or(&unborn);
    match login {
        None => false,
        Some(Login::Person(token)) => person_may(&world, token, package, action),
        Some(Login::App(installed)) => opens_packages && app_may(&world, installed, package, action),
        Some(Login::Job(job)) => job_may(job, package, known.is_some(), action),
    }
}

impl Login {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Person(token) => token.login.clone(),
            Self::App(installed) => format!("installation/{}", installed.installation),
            Self::Job(job) => format!("job/{}", job.repository),
        }
    }
}

fn is_good(site: &Site<House>, token: &PersonalToken) -> bool {
    token.kind == TokenKind::Classic && is_live(site, token)
}

fn is_live(site: &Site<House>, token: &PersonalToken) -> bool {
    token.expires_at.is_none_or(|end| end > site.now())
}

fn person_may(world: &World, token: &OauthToken, package: &Package, action: &str) -> bool {
    let has = |scope: &str| token.scopes.iter().any(|own| own == scope);
    let is_in_scope = match action {
        "pull" => has("read:packages") || has("write:packages"),
        "push" => has("write:packages"),
        _ => has("delete:packages"),
    };
    let organisation = world.organisations.iter().find(|known| known.login == package.owner());
    let is_member = organisation.is_some_and(|known| known.members.contains(&token.login));
    let is_owner = package.owner() == token.login;
    let is_authorised = organisation.filter(|known| known.has_sso).is_none_or(|known| {
        token.authorised_for.as_ref().is_none_or(|authorised| authorised.contains(&known.login))
    });
    let is_let_in = is_owner || is_member || package.people.contains(&token.login);
    is_in_scope && is_let_in && is_authorised
}

fn app_may(world: &World, installed: &Installed, package: &Package, action: &str) -> bool {
    let Some(repository) = &package.repository else { return false };
    let Some(installation) = world.find_installation(installed.installation) else { return false };
    let reaches = |list: &Option<Vec<String>>| list.as_ref().is_none_or(|names| names.contains(repository));
    let is_near = package.owner() == installation.account;
    let is_reached = reaches(&installed.repositories) && reaches(&installation.repositories);
    is_near && is_reached && level_allows(installed.permissions.get("packages").map(String::as_str), action)
}

fn job_may(job: &Job, package: &Package, is_known: bool, action: &str) -> bool {
    let is_own_namespace = job.repository.split('/').next() == Some(package.owner());
    let is_open = if is_known { package.is_open_to_jobs_of(&job.repository) } else { is_own_namespace };
    is_open && level_allows(job.packages, action)
}

fn level_allows(level: Option<&str>, action: &str) -> bool {
    match level {
        Some("read") => action == "pull",
        Some("write" | "admin") => true,
        _ => false,
    }
}

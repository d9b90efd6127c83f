//! Using an identity: from settings and surroundings to credentials of a cloud.

pub(crate) mod aws;
pub(crate) mod azure;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod google;

/// The command that stores the login that is missing: the one of that name, or the registry's own.
fn storing(login: Option<&str>, host: &str) -> String {
    match login {
        Some(name) => format!("`shorepass vault put {name} --username USER`"),
        None => format!("`docker login {host}`"),
    }
}

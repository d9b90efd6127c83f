//! The helper that had docker's logins before, for our own configuration: its logins stay where they are, and
//! are asked for there.

use std::path::PathBuf;

use super::everything::{Step, read};
use crate::{
    client_config::{Action, ConfigFile, Family, HELPER, Server},
    exit::Exit,
    other_helper::is_name,
    own_config::{self, HandOn},
    problem::Problem,
    surroundings::Surroundings,
};

/// What is to come into our configuration.
pub(super) fn plan(docker: &ConfigFile, around: &Surroundings) -> Result<Option<Step>, Problem> {
    let Some((helper, path)) = to_be_added(docker, around) else { return Ok(None) };
    let refuse = |why: &str| {
        Problem::new(Exit::Misconfigured, format!("`{}` cannot be told of docker's helper of before", path.display()))
            .because(why)
            .hint("under `[vault]` in it, add the `hand_on` that `shorepass setup --help` explains, then run the command again")
    };
    if !is_name(&helper) {
        return Err(refuse("`credsStore` in docker's file names no helper"));
    }
    let text = read(&path)?;
    let hand_on =
        own_config::with_hand_on(text.as_deref().unwrap_or_default(), &helper).map_err(|why| refuse(&why))?;
    let step = |action| {
        Step::new(&path, None, format!("hand_on = \"{helper}\" under [vault]"), action, text.clone())
    };
    Ok(match hand_on {
        HandOn::Added(added) => Some(step(Action::Added).with(added)),
        HandOn::Same => Some(step(Action::Unchanged)),
        HandOn::Other(_) => None,
    })
}

/// A person's own choice of another helper stands, and docker's of before is asked no more.
pub(super) fn warning(docker: &ConfigFile, around: &Surroundings) -> Option<String> {
    let (helper, path) = to_be_added(docker, around)?;
    let text = read(&path).ok()?.unwrap_or_default();
    let HandOn::Other(other) = own_config::with_hand_on(&text, &helper).ok()? else { return None };
    Some(format!(
        "`hand_on` in `{}` names `{other}`, so the logins that `docker-credential-{helper}` has are not asked for \
         any more; to copy them, run `shorepass import --from {helper}`",
        path.display()
    ))
}

fn to_be_added(docker: &ConfigFile, around: &Surroundings) -> Option<(String, PathBuf)> {
    let hub = Server::hub();
    let before = docker.creds_store().or_else(|| docker.helper(hub.key(Family::Docker)));
    // What is not there has no logins, and would fail every pull that it is asked for.
    let is_there = |name: &&str| !around.programs(&format!("docker-credential-{name}")).is_empty();
    let helper = before.filter(|name| *name != HELPER && (!is_name(name) || is_there(name)))?;
    Some((helper.to_owned(), own_config::file(around)?))
}

//! `setup`: points clients to the helper, or takes that back.
//!
//! Every file is read and its change decided before the first one is written, so that a broken file
//! stops everything while nothing has happened yet.

mod apply;
mod everything;
mod hand_on;
mod recognise;
mod report;
mod warnings;

use std::path::PathBuf;

use shorepass_protocol::message::Explained;

use crate::{
    arguments::Setup,
    broker::{NO_ROUTE_HINT, Refusal},
    client_config::{ConfigFile, Family, Memory, STORE, Server, lock},
    exit::Exit,
    output::Screen,
    problem::Problem,
    surroundings::Surroundings,
};

pub(super) use recognise::Recognise;

/// How `setup` asks where a registry would be routed.
pub(super) type Route<'a> = &'a dyn Fn(&str) -> Result<Explained, Refusal>;

/// A file to edit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    family: Family,
    path: PathBuf,
}

pub(super) fn run(
    setup: &Setup,
    around: &Surroundings,
    screen: &mut Screen,
    route: Route<'_>,
    recognise: Recognise<'_>,
) -> Result<Exit, Problem> {
    let mut servers = setup.hosts.iter().map(|host| Server::parse(host)).collect::<Result<Vec<_>, _>>()?;
    servers.sort();
    servers.dedup();
    if servers.is_empty() && !setup.undo && !setup.all {
        return Err(no_hosts());
    }
    let mut unknown = Vec::new();
    if !setup.undo && !setup.force {
        for server in &servers {
            if recognise::is_unknown(&check_route(server, route)?) {
                unknown.push(server.clone());
            }
        }
    }

    let state = around.state_folder.as_deref();
    let _lock = if setup.dry_run { None } else { lock(state, LOOKS_AT_THE_LOCK)? };
    let mut memory = Memory::read(state)?;
    let targets = targets(setup, around, &memory)?;
    let mut outcomes = Vec::new();
    for target in &targets {
        outcomes.push(apply::plan(setup, target, &servers, &memory)?);
    }
    let steps = everything::plan(setup, &targets, around, &memory)?;
    let warnings = if setup.undo { Vec::new() } else { warnings::about(setup, &targets, &servers, around) };
    let look = |server: &Server| recognise::look(server, setup, around, recognise, route);
    let findings = unknown.iter().map(look).collect::<Result<Vec<_>, _>>()?;
    if setup.dry_run {
        outcomes.extend(steps.into_iter().map(everything::Step::into_outcome));
    } else {
        // The helper of before is known to us before docker forgets it.
        let done = steps.into_iter().map(|step| everything::apply(step, setup, &mut memory, state));
        let done = done.collect::<Result<Vec<_>, _>>()?;
        for (target, outcome) in targets.iter().zip(&mut outcomes) {
            *outcome = apply::apply(setup, target, &servers, &mut memory, state)?;
        }
        outcomes.extend(done);
    }
    report::print(setup, &outcomes, &findings, &warnings, screen);
    Ok(Exit::Ok)
}

fn no_hosts() -> Problem {
    Problem::new(Exit::Usage, "no registry is named")
        .because("clients want every host by its full name, patterns do not match")
        .hint("name the hosts you pull from, such as `shorepass setup 123456789012.dkr.ecr.eu-west-1.amazonaws.com public.ecr.aws`, or take all of them by `shorepass setup --all`")
}

fn check_route(server: &Server, route: Route<'_>) -> Result<Explained, Problem> {
    let name = server.name();
    match route(name) {
        Ok(explained) if explained.kind.is_some() => Ok(explained),
        Ok(_) => Err(Problem::new(Exit::NotFound, format!("`{name}` is not set up"))
            .because("no route covers it, so the helper would have no credential for it")
            .hint(format!(
                "{NO_ROUTE_HINT}; to set it up all the same, run `shorepass setup --force {name}`"
            ))),
        Err(refusal) => {
            let mut problem = refusal.into_problem(format!("cannot tell whether a route covers `{name}`"));
            let first = problem.hint.map(|hint| format!("{hint}; ")).unwrap_or_default();
            problem.hint =
                Some(format!("{first}to set it up without asking, run `shorepass setup --force {name}`"));
            Err(problem)
        }
    }
}

/// The present files of the families that are meant; for `--undo` also those of an earlier setup.
fn targets(setup: &Setup, around: &Surroundings, memory: &Memory) -> Result<Vec<Target>, Problem> {
    let mut targets = Vec::new();
    for family in [Family::Docker, Family::Containers] {
        // What is for every registry has no place in their `auth.json`.
        let is_elsewhere = setup.all && family == Family::Containers;
        if is_elsewhere || !is_wanted(setup, family, around) {
            continue;
        }
        let path = family.file(around).ok_or_else(|| no_place(family))?;
        targets.push(Target { family, path: std::path::absolute(&path).unwrap_or(path) });
    }
    if setup.undo {
        for (path, file) in &memory.files {
            let target = Target { family: file.family, path: path.clone() };
            let is_elsewhere = setup.all && file.family == Family::Containers;
            if !is_elsewhere && is_meant(setup, file.family) && !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

fn is_meant(setup: &Setup, family: Family) -> bool {
    match (family, setup.docker == setup.containers) {
        (_, true) => true,
        (Family::Docker, false) => setup.docker,
        (Family::Containers, false) => setup.containers,
    }
}

/// Meant by name, or by default because such clients are in use here.
fn is_wanted(setup: &Setup, family: Family, around: &Surroundings) -> bool {
    let is_default = setup.docker == setup.containers && !setup.docker;
    let is_present = !is_default || setup.undo || family == Family::Docker || family.is_in_use(around);
    is_meant(setup, family) && is_present
}

fn no_place(family: Family) -> Problem {
    let variable = match family {
        Family::Docker => "DOCKER_CONFIG",
        Family::Containers => "REGISTRY_AUTH_FILE",
    };
    Problem::new(Exit::Other, format!("cannot tell where the configuration of {family} is"))
        .because("no home folder is known")
        .hint(format!("set `{variable}`, then run the command again"))
}

/// The keys under which a family's clients look the servers up; `credsStore` stands for all of them.
fn keys(setup: &Setup, servers: &[Server], family: Family) -> Vec<String> {
    let mut keys: Vec<String> = servers.iter().map(|server| server.key(family).to_owned()).collect();
    if setup.all && family == Family::Docker {
        // Docker's legacy builder asks for what `list` names and for the keys of `credHelpers`; for Docker Hub
        // it wants a URL, which podman would refuse in a list.
        keys.extend([STORE.to_owned(), Server::hub().key(family).to_owned()]);
    }
    keys
}

/// Reads the file of a target.
fn read(target: &Target) -> Result<ConfigFile, Problem> {
    ConfigFile::read(&target.path)
}

/// Five seconds.
pub(super) const LOOKS_AT_THE_LOCK: usize = 250;

#[cfg(unix)]
#[cfg(test)]
mod tests;

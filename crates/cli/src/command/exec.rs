//! `exec`: runs a command with a broker and clients' files of its own, and leaves nothing behind.
//!
//! Both live in a private folder that goes when the command has ended; when this process is killed, the broker
//! removes it. What the command starts and leaves running is not waited for.

mod containers;
mod docker;
mod folder;
mod process;
mod signals;

use std::{env, ffi::OsString, fs, os::unix::fs::symlink, path::Path};

use shorepass_protocol::{error::ClientError, program, start};

use crate::{
    arguments::Exec,
    broker::Refusal,
    client_config::{HELPER, Server},
    exit::Exit,
    output::Screen,
    problem::Problem,
    surroundings::Surroundings,
};
use folder::Folder;
use process::Ended;
use signals::Signals;

pub(super) fn run(exec: &Exec, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    let mut servers = exec.registries.iter().map(|host| server(host)).collect::<Result<Vec<_>, _>>()?;
    servers.sort();
    servers.dedup();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Problem::new(Exit::Other, NOT_RUN).because(error))?;
    let Ended(code) = runtime.block_on(accompany(exec, &servers, around, screen))?;
    // The command's, which may be any.
    std::process::exit(code)
}

async fn accompany(
    exec: &Exec,
    servers: &[Server],
    around: &Surroundings,
    screen: &mut Screen,
) -> Result<Ended, Problem> {
    // Before there is anything that a signal could make us leave behind.
    let mut signals = Signals::listen().map_err(|error| Problem::new(Exit::Other, NOT_RUN).because(error))?;
    let folder = Folder::make(&folder::places(around))?;
    let environment = furnish(&folder, servers, around)?;
    let socket = folder.socket();
    let started = tokio::task::spawn_blocking(move || start::broker_at(&socket)).await;
    if let Some(signal) = signals.noted().await {
        return Ok(Ended::by(signal));
    }
    let started = started.unwrap_or(Err(ClientError::NotRunning));
    started.map_err(not_started)?;
    if let Some(logins) = containers::further_logins(servers, around) {
        screen.narrate(format!("note: {logins}"));
    }
    process::run(&exec.command, environment, &mut signals).await
}

/// Its log goes with the folder.
fn not_started(error: ClientError) -> Problem {
    let has_log = matches!(&error, ClientError::CannotStart { program, .. } if program.is_file())
        || matches!(error, ClientError::Timeout(_) | ClientError::Broken(_));
    let problem = Refusal::Unasked(error).into_problem(NOT_RUN);
    if has_log { problem.hint("to see why, run `shorepass broker run`") } else { problem }
}

/// Puts everything into the folder, and says what the command's variables are to be; `None` takes one away.
fn furnish(
    folder: &Folder,
    servers: &[Server],
    around: &Surroundings,
) -> Result<Vec<(&'static str, Option<OsString>)>, Problem> {
    let (docker, auth) = (folder.path().join("docker"), folder.path().join("auth.json"));
    docker::furnish(&docker, servers, around)?;
    containers::write_auth(&auth, servers)?;
    let mut environment = vec![
        ("SHOREPASS_SOCKET", Some(folder.socket().into())),
        ("DOCKER_CONFIG", Some(docker.into())),
        // These are logins of the caller's as much as those in the files are.
        ("DOCKER_AUTH_CONFIG", None),
        ("REGISTRY_AUTH_FILE", Some(auth.into())),
        ("PATH", Some(path_with_helper(folder.path(), around)?)),
    ];
    if servers.is_empty() {
        let registries = folder.path().join("registries.conf");
        containers::write_registries(&registries, around)?;
        environment.push(("CONTAINERS_REGISTRIES_CONF", Some(registries.into())));
    }
    Ok(environment)
}

/// Clients look the helper up by its name: the one that belongs to this program comes first.
fn path_with_helper(folder: &Path, around: &Surroundings) -> Result<OsString, Problem> {
    let name = format!("docker-credential-{HELPER}");
    let helper = program::installed(&name).ok_or_else(|| {
        Problem::new(Exit::Other, NOT_RUN)
            .because(format!("`{name}` was not found"))
            .hint(format!("install `{name}` beside `shorepass`"))
    })?;
    let bin = folder.join("bin");
    let link = bin.join(name);
    fs::create_dir(&bin)
        .and_then(|()| symlink(helper, &link))
        .map_err(|error| Problem::of_file("make", &link, &error))?;
    let path = around.variable("PATH").map(env::split_paths).into_iter().flatten();
    env::join_paths([bin].into_iter().chain(path))
        .map_err(|error| Problem::new(Exit::Other, NOT_RUN).because(format!("cannot extend `PATH`: {error}")))
}

fn server(host: &str) -> Result<Server, Problem> {
    let hint =
        "name a host: `shorepass exec --registry 123456789012.dkr.ecr.eu-west-1.amazonaws.com -- COMMAND`";
    Server::parse(host).map_err(|problem| problem.hint(hint))
}

/// What every problem here comes to.
const NOT_RUN: &str = "the command was not run";

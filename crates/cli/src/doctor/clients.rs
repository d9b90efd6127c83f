//! What the clients' own files say about a registry, by the rules by which clients read them.
//!
//! Docker: `DOCKER_AUTH_CONFIG`, then `credHelpers`, then `credsStore`, then `auths`. Podman, buildah and
//! skopeo: the first file that knows the registry, in it `credHelpers` before `auths`.

mod overview;
mod way;

use std::path::{Path, PathBuf};

pub(super) use overview::overview;

use super::Finding;
use crate::{
    client_config::{
        ConfigFile, Family, MACHINE, Server, containers_files, docker_file, drop_in_file, helpers_in_force,
    },
    problem::Problem,
    surroundings::Surroundings,
};
use way::{Way, of_containers, of_docker};

/// How each family that is in use finds a credential for one registry.
pub(super) fn about(server: &Server, around: &Surroundings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ways = Vec::new();
    for family in [Family::Docker, Family::Containers] {
        if !family.is_in_use(around) {
            continue;
        }
        match read(family, around) {
            Ok(files) => {
                let way = match family {
                    Family::Docker => of_docker(&files, server),
                    Family::Containers => {
                        everything_in(around).map_or_else(|| of_containers(&files, server), Way::Ours)
                    }
                };
                ways.push((family, way));
                findings.extend(stale_logins(family, &files, server));
            }
            Err(problem) => findings.push(Finding::of("client_file_broken", problem)),
        }
    }
    if ways.is_empty() && findings.is_empty() {
        findings.push(
            Finding::warning("no_client", "neither docker nor podman, buildah or skopeo is in use here")
                .fix(format!("to set docker up all the same, run `shorepass setup {}`", server.name())),
        );
    }
    // A person who uses one family has no need of the other.
    let some_way_is_ours = ways.iter().any(|(_, way)| matches!(way, Way::Ours(_)));
    findings.extend(ways.into_iter().map(|(family, way)| way.finding(family, server, some_way_is_ours)));
    findings.extend(auth_variable(around));
    findings
}

/// The drop-in by which podman, buildah and skopeo ask our helper first, whatever the registry.
fn everything_in(around: &Surroundings) -> Option<PathBuf> {
    let path = drop_in_file(around).filter(|path| path.is_file())?;
    let in_force = helpers_in_force(around, Path::new(MACHINE)).ok()?;
    in_force.overruled_by.is_none().then_some(path)
}

/// The files of a family in the order in which its clients read them; absent ones are empty.
fn read(family: Family, around: &Surroundings) -> Result<Vec<ConfigFile>, Problem> {
    let paths: Vec<PathBuf> = match family {
        Family::Docker => docker_file(around).into_iter().collect(),
        Family::Containers => containers_files(around)
            .map(|files| files.own.into_iter().chain(files.docker).collect())
            .unwrap_or_default(),
    };
    paths.iter().map(|path| ConfigFile::read(path)).collect()
}

/// A login beside our helper in the same file: not used, but it ages and confuses.
fn stale_logins(family: Family, files: &[ConfigFile], server: &Server) -> Vec<Finding> {
    let has_helper = |file: &&ConfigFile| file.helper(server.key(family)).is_some();
    let stale = files.iter().filter(has_helper).filter_map(|file| Some((file, file.static_login(server)?)));
    stale
        .map(|(file, key)| {
            Finding::warning("stale_login", format!("`{}` also has a login for `{key}`", file.path.display()))
                .why("the helper goes first, but the login stays in the file and other tools may take it")
                .fix(format!(
                    "to keep it in the vault, run `shorepass import`; if nobody needs it, run `{}`",
                    way::logout(family, key)
                ))
        })
        .collect()
}

fn auth_variable(around: &Surroundings) -> Option<Finding> {
    around.variable("DOCKER_AUTH_CONFIG").map(|_| {
        Finding::warning("docker_auth_config", "`DOCKER_AUTH_CONFIG` is set")
            .why("docker prefers it to every helper; other clients do not read it")
            .fix("to clear it, run `unset DOCKER_AUTH_CONFIG`")
    })
}

#[cfg(test)]
mod tests;

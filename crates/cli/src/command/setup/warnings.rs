//! What may keep clients from using the helper although the files are right.

use std::path::Path;

use super::{Target, hand_on, is_wanted, read};
use crate::{
    arguments::Setup,
    client_config::{
        ConfigFile, Family, HELPER, HelpersInForce, MACHINE, Server, containers_files, helpers_in_force,
    },
    doctor::helper_program_hint,
    surroundings::Surroundings,
};

/// One sentence each, the command last.
pub(super) fn about(
    setup: &Setup,
    targets: &[Target],
    servers: &[Server],
    around: &Surroundings,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if around.programs("docker-credential-shorepass").is_empty() {
        warnings.push(format!(
            "`docker-credential-shorepass` is not on PATH, so clients cannot run it; {}",
            helper_program_hint()
        ));
    }
    if around.state_folder.is_none() {
        warnings.push(
            "no home folder is known, so `setup --undo` will not bring back the helpers of before".into(),
        );
    }
    for target in targets {
        let Ok(file) = read(target) else { continue };
        for server in servers {
            warnings.extend(static_login(&file, server, target.family));
        }
        if setup.all {
            warnings.extend(hidden_logins(&file));
            warnings.extend(other_helpers(&file));
            warnings.extend(hand_on::warning(&file, around));
        }
        match target.family {
            Family::Docker if around.variable("DOCKER_AUTH_CONFIG").is_some() => warnings.push(
                "`DOCKER_AUTH_CONFIG` is set, and docker prefers it to every helper; to clear it, run `unset \
                 DOCKER_AUTH_CONFIG`"
                    .into(),
            ),
            Family::Docker => {}
            Family::Containers => warnings.extend(earlier_files(target, servers, around)),
        }
    }
    if setup.all && is_wanted(setup, Family::Containers, around) {
        warnings.extend(overruled(around));
    }
    warnings
}

/// With a `credsStore` docker looks into `auths` no more.
fn hidden_logins(file: &ConfigFile) -> Option<String> {
    let keys: Vec<String> = file.static_logins().map(|(key, _)| format!("`{key}`")).collect();
    (!keys.is_empty()).then(|| {
        format!(
            "`{}` has logins for {}, which docker does not read beside a helper for everything; to move them, run \
             `shorepass import`",
            file.path.display(),
            keys.join(", ")
        )
    })
}

/// What `credHelpers` names goes before `credsStore`.
fn other_helpers(file: &ConfigFile) -> Vec<String> {
    let hub = Server::hub();
    let others = file.helpers().filter(|(key, helper)| *helper != HELPER && *key != hub.key(Family::Docker));
    let sentence = |(key, helper): (&str, &str)| {
        format!(
            "`{key}` stays with `docker-credential-{helper}`, as `credHelpers` says; to change that, run `shorepass \
             setup {key}`"
        )
    };
    others.map(sentence).collect()
}

fn overruled(around: &Surroundings) -> Option<String> {
    let HelpersInForce { overruled_by, .. } = helpers_in_force(around, Path::new(MACHINE)).ok()?;
    let file = overruled_by?;
    Some(format!(
        "`{}` is read later and has another `credential-helpers`, so podman, buildah and skopeo follow that; to \
         see it, run `cat {}`",
        file.display(),
        file.display()
    ))
}

fn static_login(file: &ConfigFile, server: &Server, family: Family) -> Option<String> {
    let key = file.static_login(server)?;
    Some(format!(
        "`{}` also has a login for `{key}`: the helper goes first, but the login stays there and ages; to remove \
         it, run `{}`",
        file.path.display(),
        logout(family, key)
    ))
}

/// What podman reads before the file that was written wins over it.
fn earlier_files(target: &Target, servers: &[Server], around: &Surroundings) -> Vec<String> {
    let files = containers_files(around).map(|files| files.own).unwrap_or_default();
    let mut warnings = Vec::new();
    for path in files.iter().take_while(|path| **path != target.path) {
        let Ok(file) = ConfigFile::read(path) else { continue };
        for server in servers {
            let other = file.helper(server.key(target.family)).is_some_and(|name| name != HELPER);
            if other || file.static_login(server).is_some() {
                warnings.push(format!(
                    "`{}` is read first and has something else for `{}`; to remove it, run `{}`",
                    path.display(),
                    server.name(),
                    logout(target.family, server.name())
                ));
            }
        }
    }
    warnings
}

fn logout(family: Family, key: &str) -> String {
    match family {
        Family::Docker => format!("docker logout {key}"),
        Family::Containers => format!("podman logout {key}"),
    }
}

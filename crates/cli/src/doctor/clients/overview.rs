//! Every registry that clients send to the helper, and entries that can never match.

use std::collections::BTreeSet;

use super::{Finding, about, read};
use crate::{
    client_config::{ConfigFile, Family, HELPER, Server},
    surroundings::Surroundings,
};

/// The hosts that are set up, and what is wrong with how they are.
pub(in super::super) fn overview(around: &Surroundings) -> (BTreeSet<String>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut servers = BTreeSet::new();
    let mut is_everything_ours = false;
    for family in [Family::Docker, Family::Containers] {
        match read(family, around) {
            Ok(files) => {
                // Podman's list ends with docker's file, which is looked at by docker's rules.
                let own = files.iter().filter(|file| family == Family::Docker || !is_dockers(file, around));
                for file in own {
                    is_everything_ours |= family == Family::Docker && file.creds_store() == Some(HELPER);
                    for (key, _) in file.helpers().filter(|(_, helper)| *helper == HELPER) {
                        match server_of(key, family) {
                            Some(server) => _ = servers.insert(server),
                            None => findings.push(never_matches(file, key)),
                        }
                    }
                }
            }
            Err(problem) => findings.push(Finding::of("client_file_broken", problem)),
        }
    }
    findings.dedup();
    for server in &servers {
        let in_the_way = about(server, around).into_iter();
        let known: Vec<Finding> = findings.clone();
        findings
            .extend(in_the_way.filter(|finding| {
                !SAID_ELSEWHERE.contains(&finding.id.as_str()) && !known.contains(finding)
            }));
    }
    findings.push(match (servers.len(), is_everything_ours) {
        (_, true) => Finding::ok("clients", "docker sends every registry to the helper"),
        (0, false) => Finding::warning("no_host", "no client sends any registry to the helper")
            .why("clients run the helper only for hosts that `credHelpers` names")
            .fix("to name one, run `shorepass setup HOST`"),
        (count, false) => Finding::ok("clients", format!("clients send {count} registries to the helper")),
    });
    (servers.iter().map(|server| server.name().to_owned()).collect(), findings)
}

fn is_dockers(file: &ConfigFile, around: &Surroundings) -> bool {
    crate::client_config::docker_file(around).is_some_and(|path| path == file.path)
}

/// The registry, if the key is one under which clients look.
fn server_of(key: &str, family: Family) -> Option<Server> {
    let server = Server::parse(key).ok()?;
    // Podman reads docker's file too, and looks for Docker Hub under its own name there.
    let is_looked_up = server.key(family) == key || server.key(Family::Containers) == key;
    is_looked_up.then_some(server)
}

fn never_matches(file: &ConfigFile, key: &str) -> Finding {
    let bare = key.trim_start_matches("https://").trim_start_matches("http://");
    let host = bare.split('/').next().unwrap_or_default().trim_start_matches("*.");
    Finding::warning("key_never_matches", format!("`{key}` in `{}` matches no registry", file.path.display()))
        .why("clients compare the bare host with its port, letter by letter; a scheme, a path or a `*` never matches")
        .fix(format!("to name the host itself, run `shorepass setup {host}`"))
}

/// A family that does not know a host is no fault as long as nobody complains about that host.
const SAID_ELSEWHERE: [&str; 5] = ["client", "not_set_up", "creds_store", "no_client", "client_file_broken"];

//! Decides and makes the change of one file.
//!
//! What is remembered is written before entries are added and after they are taken back: after a
//! crash in between too much is remembered, never too little.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Target, keys, read};
use crate::{
    arguments::Setup,
    client_config::{
        Change, ConfigFile, Family, FileMemory, Memory, Plan, Server, Written, back_up, put_in_place,
        remove_backup_if_same,
    },
    exit::Exit,
    problem::Problem,
};

/// What happened to one file, or would happen.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub path: PathBuf,
    /// Absent for our own configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    pub changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<PathBuf>,
    pub helpers: Vec<Change>,
}

/// What would happen; nothing is written.
pub(super) fn plan(
    setup: &Setup,
    target: &Target,
    servers: &[Server],
    memory: &Memory,
) -> Result<Outcome, Problem> {
    let plan = decide(setup, &read(target)?, target, servers, memory)?;
    Ok(outcome(target, plan, None))
}

/// Makes the change; decides anew when somebody else wrote to the file in between.
pub(super) fn apply(
    setup: &Setup,
    target: &Target,
    servers: &[Server],
    memory: &mut Memory,
    state: Option<&Path>,
) -> Result<Outcome, Problem> {
    // Once there is something of ours in it, it is no longer the file as it was.
    let is_as_it_was = memory.files.get(&target.path).is_none_or(|file| file.helpers.is_empty());
    for _ in 0..ATTEMPTS {
        let file = read(target)?;
        let plan = decide(setup, &file, target, servers, memory)?;
        if !setup.undo {
            memory.files.insert(target.path.clone(), plan.memory.clone());
            memory.write(state)?;
        }
        let failed = |error| failed(target, &error);
        let is_backed_up = plan.is_change() && !setup.undo && is_as_it_was;
        let backup = if is_backed_up { back_up(&target.path).map_err(failed)? } else { None };
        if plan.is_change()
            && put_in_place(&target.path, file.text.as_deref(), plan.after.as_deref()).map_err(failed)?
                == Written::ChangedMeanwhile
        {
            continue;
        }
        if setup.undo {
            memory.files.insert(target.path.clone(), plan.memory.clone());
            memory.write(state)?;
            if plan.memory.helpers.is_empty() {
                remove_backup_if_same(&target.path).map_err(failed)?;
            }
        }
        return Ok(outcome(target, plan, backup));
    }
    Err(Problem::new(Exit::Unavailable, format!("cannot write `{}`", target.path.display()))
        .because("somebody else changes it all the time")
        .hint("run the command again when that is over"))
}

fn decide(
    setup: &Setup,
    file: &ConfigFile,
    target: &Target,
    servers: &[Server],
    memory: &Memory,
) -> Result<Plan, Problem> {
    let remembered = memory.files.get(&target.path).cloned();
    let remembered = remembered.unwrap_or_else(|| FileMemory::new(target.family));
    let keys = keys(setup, servers, target.family);
    if setup.undo {
        Plan::undo(file, (!keys.is_empty()).then_some(&keys), &remembered)
    } else {
        Plan::add(file, &keys, &remembered)
    }
}

fn outcome(target: &Target, plan: Plan, backup: Option<PathBuf>) -> Outcome {
    let changed = plan.is_change();
    Outcome { path: target.path.clone(), family: Some(target.family), changed, backup, helpers: plan.changes }
}

fn failed(target: &Target, error: &std::io::Error) -> Problem {
    let variable = match target.family {
        Family::Docker => "DOCKER_CONFIG",
        Family::Containers => "REGISTRY_AUTH_FILE",
    };
    Problem::of_file("write", &target.path, error)
        .hint(format!("make its folder writable, or name another place in `{variable}`"))
}

const ATTEMPTS: usize = 5;

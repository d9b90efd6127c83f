//! What `setup --all` writes beside docker's file: the drop-in of podman, buildah and skopeo, and in our own
//! configuration the helper that had docker's logins before.
//!
//! Both are lines of ours, remembered as they were written; lines that somebody changed since are left alone.

use std::{fs, io, path::Path};

use super::{Target, apply::Outcome, hand_on, is_wanted};
use crate::{
    arguments::Setup,
    client_config::{
        Action, Change, Family, LIST, Lines, MACHINE, Memory, Written, drop_in_file, drop_in_text,
        helpers_in_force, put_in_place,
    },
    exit::Exit,
    own_config::{self, Added},
    problem::Problem,
    surroundings::Surroundings,
};

/// What is to happen to the lines in one file.
pub(super) struct Step {
    outcome: Outcome,
    before: Option<String>,
    after: Option<String>,
    lines: Lines,
}

/// Decides all of it; nothing is written.
pub(super) fn plan(
    setup: &Setup,
    targets: &[Target],
    around: &Surroundings,
    memory: &Memory,
) -> Result<Vec<Step>, Problem> {
    if setup.undo {
        let is_meant = setup.hosts.is_empty();
        let lines = memory
            .lines
            .iter()
            .filter(|(path, _)| is_meant && is_wanted(setup, family(path, around), around));
        return lines.map(|(path, lines)| take_out(path, lines, around)).collect();
    }
    if !setup.all {
        return Ok(Vec::new());
    }
    let mut steps = Vec::new();
    if is_wanted(setup, Family::Containers, around) {
        steps.extend(drop_in(around, memory)?);
    }
    for target in targets.iter().filter(|target| target.family == Family::Docker) {
        steps.extend(hand_on::plan(&super::read(target)?, around)?);
    }
    Ok(steps)
}

/// Makes the change.
pub(super) fn apply(
    step: Step,
    setup: &Setup,
    memory: &mut Memory,
    state: Option<&Path>,
) -> Result<Outcome, Problem> {
    let Step { outcome, before, after, lines } = step;
    if !setup.undo && outcome.changed {
        memory.lines.insert(outcome.path.clone(), lines);
        memory.write(state)?;
    }
    if outcome.changed {
        let written = put_in_place(&outcome.path, before.as_deref(), after.as_deref());
        if written.map_err(|error| Problem::of_file("write", &outcome.path, &error))?
            == Written::ChangedMeanwhile
        {
            return Err(Problem::new(
                Exit::Unavailable,
                format!("cannot write `{}`", outcome.path.display()),
            )
            .because("somebody else changed it meanwhile")
            .hint("run the command again"));
        }
    }
    if setup.undo {
        memory.lines.remove(&outcome.path);
        memory.write(state)?;
    }
    Ok(outcome)
}

impl Step {
    pub(super) fn new(
        path: &Path,
        family: Option<Family>,
        key: String,
        action: Action,
        before: Option<String>,
    ) -> Self {
        let changes = vec![Change { key, action, previous: None }];
        let changed = action.is_change();
        let outcome = Outcome { path: path.to_owned(), family, changed, backup: None, helpers: changes };
        let lines = Lines { text: String::new(), made_file: before.is_none() };
        Self { outcome, before, after: None, lines }
    }

    pub(super) fn with(mut self, added: Added) -> Self {
        self.lines.text = added.lines;
        self.after = Some(added.after);
        self
    }

    /// As it was decided.
    pub(super) fn into_outcome(self) -> Outcome {
        self.outcome
    }
}

fn drop_in(around: &Surroundings, memory: &Memory) -> Result<Option<Step>, Problem> {
    let Some(path) = drop_in_file(around) else { return Ok(None) };
    let text = drop_in_text(&helpers_in_force(around, Path::new(MACHINE))?.names);
    let before = read(&path)?;
    let ours = memory.lines.get(&path).map(|lines| lines.text.as_str());
    let action = match before.as_deref() {
        None => Action::Added,
        Some(there) if there == text => Action::Unchanged,
        Some(there) if Some(there) == ours => Action::Replaced,
        Some(_) => {
            return Err(Problem::new(
                Exit::Misconfigured,
                format!("`{}` is there and not as setup has written it", path.display()),
            )
            .hint(format!("to have it written anew, run `rm {}`, then the command again", path.display())));
        }
    };
    let mut step = Step::new(&path, Some(Family::Containers), LIST.into(), action, before);
    step.lines = Lines { text: text.clone(), made_file: true };
    step.after = Some(text);
    Ok(Some(step))
}

fn take_out(path: &Path, lines: &Lines, around: &Surroundings) -> Result<Step, Problem> {
    let before = read(path)?;
    let after = before.as_deref().and_then(|text| own_config::without(text, &lines.text));
    let action = if after.is_some() { Action::Removed } else { Action::LeftAlone };
    let family = Some(family(path, around)).filter(|family| *family == Family::Containers);
    let key = if family.is_some() { LIST.to_owned() } else { "hand_on under [vault]".to_owned() };
    let mut step = Step::new(path, family, key, action, before);
    step.after = after.filter(|text| !(lines.made_file && text.trim().is_empty()));
    Ok(step)
}

/// Whose clients the lines in a file are for.
fn family(path: &Path, around: &Surroundings) -> Family {
    if drop_in_file(around).is_some_and(|ours| ours == path) { Family::Containers } else { Family::Docker }
}

pub(super) fn read(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::of_file("read", path, &error)),
    }
}

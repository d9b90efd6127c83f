//! Says what `setup` did.

use serde_json::json;

use super::apply::Outcome;
use crate::{
    arguments::Setup,
    client_config::{Action, Change},
    output::Screen,
};

pub(super) fn print(setup: &Setup, outcomes: &[Outcome], warnings: &[String], screen: &mut Screen) {
    if setup.report.json {
        screen.json(&json!({ "dry_run": setup.dry_run, "files": outcomes, "warnings": warnings }));
        return;
    }
    for outcome in outcomes.iter().filter(|outcome| !outcome.helpers.is_empty()) {
        screen.answer(format!("{} ({})", outcome.path.display(), outcome.family));
        for change in &outcome.helpers {
            screen.answer(format!("  {}", sentence(change, setup.dry_run)));
        }
        if let Some(backup) = &outcome.backup {
            screen.answer(format!("  the file as it was: {}", backup.display()));
        }
    }
    if outcomes.iter().all(|outcome| outcome.helpers.is_empty()) {
        screen.answer("nothing to undo: setup has changed no file");
    }
    for warning in warnings {
        let label = screen.err_paint.yellow("warning:");
        screen.narrate(format!("{label} {warning}"));
    }
    if setup.dry_run {
        screen.narrate("nothing was written: this was a dry run");
    }
}

fn sentence(change: &Change, is_dry_run: bool) -> String {
    let Change { key, action, previous } = change;
    let would = if is_dry_run { "would be " } else { "" };
    match (action, previous) {
        (Action::Added, _) => format!("{key}: {would}added"),
        (Action::Replaced, Some(previous)) => {
            format!("{key}: {would}changed from `{previous}` to `shorepass`")
        }
        (Action::Replaced, None) => format!("{key}: {would}changed to `shorepass`"),
        (Action::Unchanged, _) => format!("{key}: was there already"),
        (Action::Removed, _) => format!("{key}: {would}removed"),
        (Action::Restored, Some(previous)) => format!("{key}: {would}given back to `{previous}`"),
        (Action::Restored, None) => format!("{key}: {would}given back"),
        (Action::LeftAlone, _) => format!("{key}: left alone, it no longer points to `shorepass`"),
        (Action::NotOurs, _) => {
            format!(
                "{key}: left alone, setup did not add it; to remove it, run `shorepass setup --undo {key}`"
            )
        }
    }
}

//! Says what `setup` did.

use serde_json::json;

use super::{apply::Outcome, recognise::Finding};
use crate::{
    arguments::Setup,
    client_config::{Action, Change},
    output::{Screen, one_line},
};

pub(super) fn print(
    setup: &Setup,
    outcomes: &[Outcome],
    findings: &[Finding],
    warnings: &[String],
    screen: &mut Screen,
) {
    if setup.report.json {
        let files = json!({
            "dry_run": setup.dry_run, "files": outcomes, "recognised": findings, "warnings": warnings
        });
        screen.json(&files);
        return;
    }
    for finding in findings {
        screen.answer(recognised(finding, setup.dry_run));
    }
    for outcome in outcomes.iter().filter(|outcome| !outcome.helpers.is_empty()) {
        let whose = outcome.family.map_or_else(|| "shorepass".into(), |family| family.to_string());
        screen.answer(format!("{} ({whose})", outcome.path.display()));
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

fn recognised(finding: &Finding, is_dry_run: bool) -> String {
    let Finding { registry, kind, because, written } = finding;
    let because = one_line(because);
    match (kind, written) {
        (Some(kind), Some(path)) => {
            let would = if is_dry_run { "would be" } else { "is" };
            format!("{registry} is `{kind}`, because {because}; a rule {would} added to {}", path.display())
        }
        (Some(_), None) => format!("{registry} takes a stored login: {because}"),
        (None, _) => format!("{registry} is taken for a registry with a stored login: {because}"),
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

//! Says what `import --undo` did.

use serde_json::json;

use super::Moved;
use crate::{
    arguments::Import,
    output::{Screen, one_line},
};

pub(super) fn print(import: &Import, back: &[Moved], left: &[(Moved, String)], screen: &mut Screen) {
    if import.report.json {
        let entry = |moved: &Moved| json!({ "to": place(moved), "key": moved.key, "login": moved.login });
        let back: Vec<_> = back.iter().map(entry).collect();
        let left: Vec<_> =
            left.iter().map(|(moved, why)| json!({ "entry": entry(moved), "why": why })).collect();
        screen.json(&json!({ "dry_run": import.dry_run, "put_back": back, "left": left }));
        return;
    }
    let would = if import.dry_run { "would be " } else { "" };
    for moved in back {
        let done = match (&moved.path, moved.is_in_vault_by_us) {
            (Some(_), _) => format!("{would}put back"),
            (None, true) => format!("{would}taken out of the vault"),
            (None, false) => "stays in the vault, which had it before".into(),
        };
        screen.answer(format!("{}: {done} ({})", one_line(&moved.key), place(moved)));
    }
    for (moved, why) in left {
        screen.answer(format!("{}: left in the vault, {}", one_line(&moved.key), one_line(why)));
    }
    if back.is_empty() && left.is_empty() {
        screen.answer("nothing to undo: import has moved nothing");
    }
}

fn place(moved: &Moved) -> String {
    match (&moved.path, &moved.helper) {
        (Some(path), _) => path.display().to_string(),
        (None, Some(helper)) => format!("docker-credential-{helper}"),
        (None, None) => "another helper".into(),
    }
}

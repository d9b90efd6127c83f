//! Says what `import` does: places, registries and users, never a secret.

use serde_json::json;

use super::{Found, Left, Source};
use crate::{
    arguments::Import,
    output::{Screen, one_line},
};

pub(super) fn print(import: &Import, moved: &[Found], left: &[Left], screen: &mut Screen) {
    if import.report.json {
        let entry = |found: &Found| json!({ "from": found.source, "key": found.key, "login": found.login, "username": found.username });
        let moved: Vec<_> = moved.iter().map(entry).collect();
        let left: Vec<_> = left
            .iter()
            .map(|left| json!({ "from": left.source, "key": left.key, "why": left.why }))
            .collect();
        screen.json(&json!({ "dry_run": import.dry_run, "moved": moved, "left": left }));
        return;
    }
    list(moved, left, if import.dry_run { "would be " } else { "" }, screen);
    if moved.is_empty() && left.is_empty() {
        screen.answer("nothing to import: no login is kept in a file or by another helper");
    }
    if import.dry_run {
        screen.narrate("nothing was written: this was a dry run");
    }
}

/// Before it is agreed to.
pub(super) fn plan(found: &[Found], left: &[Left], screen: &mut Screen) {
    list(found, left, "would be ", screen);
}

/// Copies of the files from before `setup` are as plain as the files were.
pub(super) fn copies(moved: &[Found], screen: &mut Screen) {
    let mut copies: Vec<_> = moved
        .iter()
        .filter_map(|found| match &found.source {
            Source::File { path, .. } => {
                let name = path.file_name()?.to_string_lossy();
                Some(path.with_file_name(format!("{name}.before-shorepass")))
            }
            Source::Helper(_) => None,
        })
        .filter(|copy| copy.exists())
        .collect();
    copies.dedup();
    for copy in copies {
        let label = screen.err_paint.yellow("warning:");
        let copy = copy.display();
        screen.narrate(format!(
            "{label} `{copy}` is a copy that may have the logins still; to remove it, run `rm {copy}`"
        ));
    }
}

fn list(found: &[Found], left: &[Left], would: &str, screen: &mut Screen) {
    for entry in found {
        let done = match entry.source {
            Source::File { .. } => "moved into the vault",
            Source::Helper(_) => "copied into the vault",
        };
        let (login, user) = (one_line(&entry.login), one_line(&entry.username));
        screen.answer(format!("{login}: the login of `{user}` {would}{done} (from {})", entry.source));
    }
    for entry in left {
        let (key, why) = (one_line(&entry.key), one_line(&entry.why));
        screen.answer(format!("{key}: left alone, {why} (in {})", entry.source));
    }
}

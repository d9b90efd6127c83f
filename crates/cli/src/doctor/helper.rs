//! The helper program that clients run: on the path, first on it, and of this version.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::Finding;
use crate::surroundings::Surroundings;

pub(super) fn look(around: &Surroundings) -> Vec<Finding> {
    judge(&around.programs(PROGRAM), env!("CARGO_PKG_VERSION"), version)
}

/// What to do when it is not on the path, the command last.
pub(crate) fn program_hint() -> String {
    let beside = std::env::current_exe().ok().and_then(|program| {
        let folder = program.parent()?.to_owned();
        folder.join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX)).is_file().then_some(folder)
    });
    match beside {
        Some(folder) => {
            format!("to put it there, run `export PATH=\"{}:$PATH\"`", folder.display())
        }
        None => "install it beside `shorepass`".into(),
    }
}

fn judge(programs: &[PathBuf], ours: &str, version: impl Fn(&Path) -> Option<String>) -> Vec<Finding> {
    let Some(first) = programs.first() else {
        return vec![
            Finding::error("helper_missing", format!("`{PROGRAM}` is not on PATH"))
                .why("clients run it by that name; without it a pull fails or goes on without a credential")
                .fix(program_hint()),
        ];
    };
    let shown = first.display();
    match version(first) {
        Some(theirs) if theirs == ours => {
            vec![Finding::ok("helper", format!("`{shown}` is on PATH, version {theirs}"))]
        }
        Some(theirs) => {
            let right = programs[1..].iter().find(|path| version(path).as_deref() == Some(ours));
            let fix = right.map_or_else(
                || format!("install version {ours} of it in place of `{shown}`"),
                |right| {
                    format!(
                        "`{}` is of this version; to be rid of the other, run `rm {shown}`",
                        right.display()
                    )
                },
            );
            vec![
                Finding::warning(
                    "helper_version",
                    format!("`{shown}` is version {theirs}, `shorepass` is version {ours}"),
                )
                .why("clients run the first one on PATH")
                .fix(fix),
            ]
        }
        None => vec![
            Finding::error("helper_broken", format!("`{shown}` does not tell its version"))
                .why("it cannot be run here, or it is some other program")
                .fix(format!("to see what it says, run `{shown} version`")),
        ],
    }
}

/// What `version` prints, bounded in time and size.
fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = output.take(4096).read_to_string(&mut text);
        let _ = sender.send(text);
    });
    let text = receiver.recv_timeout(VERSION_WITHIN);
    if text.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    version_in(&text.ok()?)
}

/// The first word that looks like `1.2.3` or `v1.2.3`.
fn version_in(text: &str) -> Option<String> {
    let words =
        text.split_whitespace().map(|word| word.trim_start_matches('v').trim_matches([',', '(', ')']));
    let mut versions =
        words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'));
    versions.next().map(str::to_owned)
}

const PROGRAM: &str = "docker-credential-shorepass";
const VERSION_WITHIN: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_missing_helper_is_an_error() {
        let found = &judge(&[], "0.1.0", |_| None)[0];

        assert_eq!((found.id.as_str(), found.level), ("helper_missing", Level::Error));
    }

    #[test]
    fn an_older_helper_first_on_the_path_is_named_with_the_right_one() {
        let programs = [PathBuf::from("/old/x"), PathBuf::from("/new/x")];
        let version = |path: &Path| Some(if path.starts_with("/new") { "0.2.0" } else { "0.1.0" }.to_owned());

        let found = &judge(&programs, "0.2.0", version)[0];

        assert_eq!((found.id.as_str(), found.level), ("helper_version", Level::Warning));
        assert_eq!(
            found.fix.as_deref(),
            Some("`/new/x` is of this version; to be rid of the other, run `rm /old/x`")
        );
    }

    #[test]
    fn a_helper_that_says_nothing_is_broken() {
        assert_eq!(judge(&[PathBuf::from("/x")], "0.1.0", |_| None)[0].id, "helper_broken");
        assert_eq!(judge(&[PathBuf::from("/x")], "0.1.0", |_| Some("0.1.0".into()))[0].level, Level::Ok);
    }

    #[test]
    fn versions_are_found_in_any_sentence() {
        assert_eq!(version_in("docker-credential-shorepass 0.1.0\n").as_deref(), Some("0.1.0"));
        assert_eq!(version_in("docker-credential-x (github.com/y/z) v0.9.6").as_deref(), Some("0.9.6"));
        assert_eq!(version_in("no such thing"), None);
    }
}

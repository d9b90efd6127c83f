//! `config`: where the configuration is, what it says, what is wrong with it.

mod mask;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::json;
use shorepass_protocol::message::{Checked, Operation};

use crate::{
    arguments::{Config, Report},
    broker::{Reach, ask},
    exit::Exit,
    output::{Screen, one_line},
    own_config,
    problem::Problem,
    surroundings::Surroundings,
};

pub(super) fn run(config: &Config, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    match config {
        Config::Check(report) => {
            let checked = ask(Operation::CheckConfig, Reach::Once)
                .map_err(|refusal| refusal.into_problem("cannot check the configuration"))?;
            Ok(print_checked(&checked, *report, screen))
        }
        Config::Path(report) => Ok(print_paths(&files(around), *report, screen)),
        Config::Show(report) => show(&files(around), *report, screen),
    }
}

fn print_checked(checked: &Checked, report: Report, screen: &mut Screen) -> Exit {
    if report.json {
        screen.json(checked);
    } else if checked.faults.is_empty() {
        let files =
            if checked.files.is_empty() { "no file, built-in only".into() } else { checked.files.join(", ") };
        screen.answer(format!("no faults ({})", one_line(&files)));
    } else {
        for fault in &checked.faults {
            let line = if fault.line == 0 { String::new() } else { format!("{}:", fault.line) };
            screen.answer(one_line(&format!("{}:{line} {}", fault.file, fault.message)));
        }
    }
    if checked.faults.is_empty() { Exit::Ok } else { Exit::Misconfigured }
}

/// The files that the broker reads, the most general first.
fn files(around: &Surroundings) -> Vec<PathBuf> {
    machine_file(around).into_iter().chain(own_config::file(around)).collect()
}

#[cfg(unix)]
fn machine_file(_around: &Surroundings) -> Option<PathBuf> {
    Some("/etc/shorepass/config.toml".into())
}

#[cfg(windows)]
fn machine_file(around: &Surroundings) -> Option<PathBuf> {
    Some(around.variable_path("ProgramData")?.join("shorepass").join("config.toml"))
}

fn print_paths(files: &[PathBuf], report: Report, screen: &mut Screen) -> Exit {
    if report.json {
        let files: Vec<_> =
            files.iter().map(|path| json!({ "path": path, "exists": path.is_file() })).collect();
        screen.json(&json!({ "files": files }));
        return Exit::Ok;
    }
    for path in files {
        let mark = if path.is_file() { "" } else { "  (does not exist)" };
        screen.answer(format!("{}{mark}", path.display()));
    }
    Exit::Ok
}

fn show(files: &[PathBuf], report: Report, screen: &mut Screen) -> Result<Exit, Problem> {
    let mut shown = Vec::new();
    for path in files {
        if let Some(text) = read(path)? {
            shown.push((path, mask::secrets(&text)));
        }
    }
    if report.json {
        let shown: Vec<_> = shown.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
        screen.json(&json!({ "files": shown }));
        return Ok(Exit::Ok);
    }
    if shown.is_empty() {
        screen
            .answer("# no configuration file: the built-in host tables and default identities are in force");
    }
    for (path, text) in shown {
        screen.answer(format!("# {}\n{}", path.display(), text.trim_end()));
    }
    Ok(Exit::Ok)
}

fn read(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::of_file("read", path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::ConfigFault;

    use super::*;
    use crate::output::screen_fake;

    #[test]
    fn faults_are_lines_that_editors_can_jump_to() {
        let (mut screen, out, _) = screen_fake();
        let fault =
            |line, message: &str| ConfigFault { file: "/c.toml".into(), line, message: message.into() };
        let checked =
            Checked { files: vec![], faults: vec![fault(3, "unknown key `x`"), fault(0, "not readable")] };

        let exit = print_checked(&checked, Report::default(), &mut screen);

        assert_eq!(exit, Exit::Misconfigured);
        assert_eq!(out.text(), "/c.toml:3: unknown key `x`\n/c.toml: not readable\n");
    }

    #[test]
    fn the_variable_names_the_users_file() {
        let named = Surroundings::fake(Path::new("/h"), &[("SHOREPASS_CONFIG", Path::new("/c.toml"))]);

        assert_eq!(files(&named)[1], Path::new("/c.toml"));
        assert_eq!(
            files(&Surroundings::fake(Path::new("/h"), &[]))[1],
            Path::new("/h/.config/shorepass/config.toml")
        );
        assert_eq!(files(&Surroundings::default()), [Path::new("/etc/shorepass/config.toml")]);
    }

    #[test]
    fn what_looks_like_a_secret_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "[identity.x]\npassword = \"canary\"\n").unwrap();
        let (mut screen, out, _) = screen_fake();

        show(&[path.clone(), folder.path().join("absent.toml")], Report::default(), &mut screen).unwrap();

        assert_eq!(out.text(), format!("# {}\n[identity.x]\npassword = \"…\"\n", path.display()));
    }
}

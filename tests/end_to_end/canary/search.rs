//! Looks for marks: in what was said, in files and their names, in processes.

use std::{fs, path::Path};

use super::{MARK, Stage};
use crate::broker_life::processes;

impl Stage<'_> {
    /// Every command line of the machine, and the environment of some processes.
    pub(super) fn look_at_processes(&mut self, name: &str, with_environment: &[u32]) {
        let command_lines: Vec<String> =
            processes::all().into_iter().map(|pid| processes::read(pid, "cmdline")).collect();
        self.outputs.push(("a command line".into(), command_lines.join("\n")));
        for pid in with_environment {
            let environment = processes::read(*pid, "environ");
            assert!(environment.contains("HOME="), "the environment of {name} cannot be read");
            self.outputs.push((format!("the environment of {name}"), environment));
        }
    }

    /// Where a mark, a password or the sign-in's token came out.
    pub(super) fn leaks(&self) -> Vec<String> {
        let secrets: Vec<&str> =
            [MARK, self.sign_in.access_token.expose(), self.sign_in.refresh_token.expose()]
                .into_iter()
                .chain(self.passwords.iter().map(String::as_str))
                .collect();
        let leaks = |text: &str| secrets.iter().any(|secret| text.contains(secret));
        let mut found: Vec<String> =
            self.outputs.iter().filter(|(_, text)| leaks(text)).map(|(what, _)| what.clone()).collect();
        let mut folders = vec![self.bed.path("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if leaks(&path.display().to_string())
                    || (!self.is_planted(&path) && leaks(&text_of(&path)))
                {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }

    fn is_planted(&self, path: &Path) -> bool {
        self.planted.iter().any(|planted| planted == path)
    }
}

fn text_of(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

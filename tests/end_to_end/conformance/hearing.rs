//! Listens to everything that programs say and looks for what must stay secret, in files, too.

use std::{fs, path::Path};

use shorepass_tests::bed::{Bed, Said};

use super::subject::MARK;

pub(super) struct Hearing {
    secrets: Vec<String>,
    heard: Vec<(String, String)>,
}

impl Hearing {
    /// With secrets beside [`MARK`].
    pub(super) fn new(mut secrets: Vec<String>) -> Self {
        assert!(!secrets.is_empty() && secrets.iter().all(|secret| secret.len() >= 16));
        secrets.push(MARK.into());
        Self { secrets, heard: Vec::new() }
    }

    /// One secret more.
    pub(super) fn keep_secret(&mut self, secret: String) {
        self.secrets.push(secret);
    }

    /// Remembers what a program said.
    pub(super) fn hear(&mut self, what: &str, said: &Said) {
        self.heard.push((what.into(), format!("{}\n{}", said.stdout, said.stderr)));
    }

    /// Hears whatever the command line program tells about a registry.
    pub(super) fn question(&mut self, bed: &Bed, host: &str) {
        for words in [
            &["refresh", host][..],
            &["status"],
            &["status", "--json"],
            &["explain", "--json", host],
            &["doctor", "--json"],
            &["config", "show"],
            &["broker", "logs", "-n", "10000"],
            &["broker", "logs", "--audit", "-n", "10000"],
        ] {
            self.hear(&words.join(" "), &bed.shorepass(words));
        }
    }

    /// Whether these words were said there: a program that says nothing keeps any secret.
    pub(super) fn has_heard(&self, what: &str, words: &str) -> bool {
        self.heard.iter().any(|(place, text)| place == what && text.contains(words))
    }

    /// Where a secret came out. The files below `secrets` in the bed are where they belong.
    pub(super) fn leaks(&self, bed: &Bed) -> Vec<String> {
        let said = self.heard.iter().filter(|(_, text)| self.is_leak(text)).map(|(what, _)| what.clone());
        let mut leaks: Vec<String> = said.collect();
        self.look(&bed.path(""), &bed.path("secrets"), &mut leaks);
        leaks
    }

    fn look(&self, folder: &Path, exempt: &Path, leaks: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path == exempt {
                continue;
            }
            let name = path.display().to_string();
            if path.is_dir() {
                self.look(&path, exempt, leaks);
            } else if self.is_leak(&name)
                || self.is_leak(&String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()))
            {
                leaks.push(name);
            }
        }
    }

    fn is_leak(&self, text: &str) -> bool {
        self.secrets.iter().any(|secret| text.contains(secret.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_or_written_is_found_and_what_is_where_it_belongs_is_not() {
        let bed = Bed::new();
        let mut hearing = Hearing::new(vec!["a-secret-of-some-length".into()]);
        let said = |text: &str| Said { code: 0, stdout: String::new(), stderr: text.into() };
        hearing.hear("loud", &said("x a-secret-of-some-length y"));
        hearing.hear("quiet", &said("nothing"));
        bed.write("secrets/key", MARK);
        let left = bed.write("home/left", MARK);
        let named = bed.write(&format!("run/{MARK}.sock"), "");

        let mut leaks = hearing.leaks(&bed);

        leaks.sort();
        assert_eq!(leaks, [left.display().to_string(), named.display().to_string(), "loud".into()]);
    }
}

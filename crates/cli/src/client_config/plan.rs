//! What is to change in one file: decided from its text and from what is remembered, before anything is written.

use serde::Serialize;

use super::{
    ConfigFile, FileMemory, HELPER, cred_helpers,
    creds_store::{self, STORE},
};
use crate::{exit::Exit, problem::Problem};

/// A file's next text with the reasons.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Absent: the file is to go.
    pub after: Option<String>,
    pub changes: Vec<Change>,
    /// What is to be remembered of the file then.
    pub memory: FileMemory,
}

/// What happens to one key of `credHelpers`, or to `credsStore`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    pub key: String,
    pub action: Action,
    /// The helper that was there before setup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// There was no helper.
    Added,
    /// There was another helper.
    Replaced,
    /// It is as it should be.
    Unchanged,
    /// Taken out.
    Removed,
    /// The helper of before is back.
    Restored,
    /// It no longer points to us, so it is somebody else's.
    LeftAlone,
    /// It points to us, but setup did not write it.
    NotOurs,
}

impl Action {
    pub(crate) fn is_change(self) -> bool {
        !matches!(self, Self::Unchanged | Self::LeftAlone | Self::NotOurs)
    }
}

impl Plan {
    /// Points every key to our helper.
    pub(crate) fn add(file: &ConfigFile, keys: &[String], memory: &FileMemory) -> Result<Self, Problem> {
        let mut plan = Self::start(file, memory);
        if plan.memory.helpers.is_empty() {
            plan.memory.made_file = file.text.is_none();
            plan.memory.made_section = !file.has_section();
        }
        for key in keys {
            let previous = entry(file, key).map(str::to_owned);
            let action = match previous.as_deref() {
                Some(HELPER) => Action::Unchanged,
                Some(_) => Action::Replaced,
                None => Action::Added,
            };
            if action.is_change() {
                plan.after = Some(edited(file, put(plan.text(), key, HELPER))?);
                plan.memory.helpers.insert(key.clone(), previous.clone());
            }
            plan.changes.push(Change {
                key: key.clone(),
                action,
                previous: previous.filter(|name| name != HELPER),
            });
        }
        Ok(plan)
    }

    /// Takes back what is remembered, or only the keys that are named.
    pub(crate) fn undo(
        file: &ConfigFile,
        keys: Option<&[String]>,
        memory: &FileMemory,
    ) -> Result<Self, Problem> {
        let mut plan = Self::start(file, memory);
        let keys = keys.map_or_else(|| memory.helpers.keys().cloned().collect(), <[String]>::to_vec);
        for key in &keys {
            let previous = plan.memory.helpers.remove(key).flatten();
            let action = match (entry(file, key), &previous) {
                (Some(HELPER), Some(previous)) => {
                    plan.after = Some(edited(file, put(plan.text(), key, previous))?);
                    Action::Restored
                }
                (Some(HELPER), None) => {
                    plan.after = Some(edited(file, take(plan.text(), key))?);
                    Action::Removed
                }
                _ => Action::LeftAlone,
            };
            plan.changes.push(Change { key: key.clone(), action, previous });
        }
        plan.clear_up(memory);
        let others =
            file.helpers().filter(|(key, helper)| *helper == HELPER && !keys.iter().any(|k| k == key));
        let others = others.map(|(key, _)| key).filter(|key| !memory.helpers.contains_key(*key));
        plan.changes.extend(others.map(|key| Change {
            key: key.to_owned(),
            action: Action::NotOurs,
            previous: None,
        }));
        Ok(plan)
    }

    pub(crate) fn is_change(&self) -> bool {
        self.changes.iter().any(|change| change.action.is_change())
    }

    fn start(file: &ConfigFile, memory: &FileMemory) -> Self {
        Self { after: file.text.clone(), changes: Vec::new(), memory: memory.clone() }
    }

    fn text(&self) -> &str {
        self.after.as_deref().unwrap_or_default()
    }

    /// An empty section or file that setup had made goes too.
    fn clear_up(&mut self, memory: &FileMemory) {
        if !self.is_change() || !self.memory.helpers.is_empty() {
            return;
        }
        if memory.made_section
            && let Some(text) = cred_helpers::take_empty_section(self.text())
        {
            self.after = Some(text);
        }
        let is_empty = |text: &str| text.split_whitespace().collect::<String>() == "{}";
        if memory.made_file && self.after.as_deref().is_some_and(is_empty) {
            self.after = None;
        }
    }
}

/// The helper that a file names for a key, or for everything.
fn entry<'a>(file: &'a ConfigFile, key: &str) -> Option<&'a str> {
    if key == STORE { file.creds_store() } else { file.helper(key) }
}

fn put(text: &str, key: &str, helper: &str) -> Option<String> {
    if key == STORE { creds_store::put(text, helper) } else { cred_helpers::put(text, key, helper) }
}

fn take(text: &str, key: &str) -> Option<String> {
    if key == STORE { creds_store::take(text) } else { cred_helpers::take(text, key) }
}

/// An edit that cannot be made leaves the file as it is.
fn edited(file: &ConfigFile, text: Option<String>) -> Result<String, Problem> {
    text.filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()).ok_or_else(|| {
        Problem::new(Exit::Misconfigured, format!("cannot edit `{}`", file.path.display()))
            .because("`credHelpers` or `credsStore` in it is not laid out as clients write it")
            .hint("repair it, then run the command again")
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::client_config::Family;

    #[test]
    fn undo_gives_back_the_file_and_the_helpers_of_before() {
        let before = "{\n\t\"credHelpers\": {\n\t\t\"a.example\": \"ecr-login\"\n\t}\n}";
        let keys = ["a.example".to_owned(), "b.example".to_owned()];
        let done = Plan::add(&file(before), &keys, &memory()).unwrap();
        assert_eq!(actions(&done), [Action::Replaced, Action::Added]);

        let undone = Plan::undo(&file(done.after.as_deref().unwrap()), None, &done.memory).unwrap();

        assert_eq!(undone.after.as_deref(), Some(before));
        assert_eq!(actions(&undone), [Action::Restored, Action::Removed]);
        assert!(undone.memory.helpers.is_empty());
    }

    #[test]
    fn a_second_setup_remembers_the_helper_of_before_the_first() {
        let keys = ["a.example".to_owned()];
        let first = Plan::add(&file(r#"{"credHelpers":{"a.example":"gcr"}}"#), &keys, &memory()).unwrap();

        let second = Plan::add(&file(first.after.as_deref().unwrap()), &keys, &first.memory).unwrap();

        assert_eq!(actions(&second), [Action::Unchanged]);
        assert!(!second.is_change());
        assert_eq!(second.memory.helpers["a.example"].as_deref(), Some("gcr"));
    }

    #[test]
    fn undo_leaves_what_others_changed_since() {
        let keys = ["a.example".to_owned(), "b.example".to_owned()];
        let done = Plan::add(&file("{}"), &keys, &memory()).unwrap();
        let changed =
            done.after.unwrap().replace("\"a.example\": \"shorepass\"", "\"a.example\": \"theirs\"");
        let changed = changed.replacen('{', "{\n\t\"psFormat\": \"x\",", 1);

        let undone = Plan::undo(&file(&changed), None, &done.memory).unwrap();

        assert_eq!(actions(&undone), [Action::LeftAlone, Action::Removed]);
        let after = undone.after.unwrap();
        assert!(after.contains("psFormat") && after.contains("theirs") && !after.contains("b.example"));
    }

    #[test]
    fn a_file_that_setup_made_goes_again() {
        let nothing = ConfigFile::read(std::path::Path::new("/nonexistent/config.json")).unwrap();
        let done = Plan::add(&nothing, &["a.example".to_owned()], &memory()).unwrap();
        assert!(done.memory.made_file);

        let undone = Plan::undo(&file(done.after.as_deref().unwrap()), None, &done.memory).unwrap();

        assert_eq!(undone.after, None);
    }

    #[test]
    fn undo_of_one_host_keeps_the_others_and_names_what_setup_did_not_write() {
        let text = r#"{"credHelpers":{"hand.example":"shorepass"}}"#;
        let keys = ["a.example".to_owned(), "b.example".to_owned()];
        let done = Plan::add(&file(text), &keys, &memory()).unwrap();

        let undone =
            Plan::undo(&file(done.after.as_deref().unwrap()), Some(&keys[..1]), &done.memory).unwrap();

        assert_eq!(
            undone.after.unwrap(),
            r#"{"credHelpers":{"hand.example":"shorepass","b.example":"shorepass"}}"#
        );
        assert_eq!(undone.changes[1].key, "hand.example");
        assert_eq!(undone.changes[1].action, Action::NotOurs);
        assert_eq!(undone.changes.len(), 2);
    }

    fn file(text: &str) -> ConfigFile {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, text).unwrap();
        ConfigFile::read(&path).unwrap()
    }

    fn memory() -> FileMemory {
        FileMemory::new(Family::Docker)
    }

    fn actions(plan: &Plan) -> Vec<Action> {
        plan.changes.iter().map(|change| change.action).collect()
    }
}

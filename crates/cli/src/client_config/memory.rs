//! What `setup` has changed, so that `setup --undo` takes back that and nothing else.
//!
//! A small JSON file in the state folder. It holds names of hosts and helpers, never a credential.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Family, replace};
use crate::{exit::Exit, problem::Problem};

/// Every file that has entries of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// By path.
    #[serde(default)]
    pub files: BTreeMap<PathBuf, FileMemory>,
    /// Lines of ours, by the path of the file that they stand in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<PathBuf, Lines>,
}

/// Lines that we put into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lines {
    /// As they stand there.
    pub text: String,
    /// There was no such file before.
    #[serde(default)]
    pub made_file: bool,
}

/// What we did to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMemory {
    pub family: Family,
    /// There was no such file before.
    #[serde(default)]
    pub made_file: bool,
    /// There was no `credHelpers` before.
    #[serde(default)]
    pub made_section: bool,
    /// By key of `credHelpers`, or `credsStore`: the helper that was there before.
    #[serde(default)]
    pub helpers: BTreeMap<String, Option<String>>,
}

impl FileMemory {
    pub(crate) fn new(family: Family) -> Self {
        Self { family, made_file: false, made_section: false, helpers: BTreeMap::new() }
    }
}

impl Memory {
    /// An absent file is an empty memory; so is a user without a state folder.
    pub(crate) fn read(state_folder: Option<&Path>) -> Result<Self, Problem> {
        let Some(path) = state_folder.map(file) else { return Ok(Self::default()) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Problem::of_file("read", &path, &error)),
        };
        serde_json::from_str(&text).map_err(|error| {
            Problem::new(Exit::Misconfigured, "cannot tell what an earlier setup has changed")
                .because(format!("`{}` is not what setup has written: {error}", path.display()))
                .hint(format!("to go on without it, run `rm {}`", path.display()))
        })
    }

    /// Files without entries are forgotten.
    pub(crate) fn write(&mut self, state_folder: Option<&Path>) -> Result<(), Problem> {
        self.files.retain(|_, file| !file.helpers.is_empty());
        let Some(path) = state_folder.map(file) else { return Ok(()) };
        if self.files.is_empty() && self.lines.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(Problem::of_file("remove", &path, &error))
                }
                _ => Ok(()),
            };
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Problem::new(Exit::Other, "cannot write setup's memory").because(error))?;
        replace::write(&path, &format!("{text}\n")).map_err(|error| Problem::of_file("write", &path, &error))
    }
}

/// Keeps a second `setup` out until the file handle is dropped; a user without a state folder has no lock.
///
/// The one that holds it is done within milliseconds, so it is worth `attempts` looks.
pub(crate) fn lock(state_folder: Option<&Path>, attempts: usize) -> Result<Option<File>, Problem> {
    let Some(folder) = state_folder else { return Ok(None) };
    let path = folder.join("setup.lock");
    let failed = |error: &io::Error| Problem::of_file("write", &path, error);
    replace::make_folder(folder).map_err(|error| failed(&error))?;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| failed(&error))?;
    for attempt in 1..=attempts {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if attempt < attempts => thread::sleep(BETWEEN_LOOKS),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
    }
    Err(Problem::new(Exit::Unavailable, "cannot set up clients now")
        .because("another `shorepass setup` is at work")
        .hint("run the command again when that one is done"))
}

fn file(state_folder: &Path) -> PathBuf {
    state_folder.join("setup.json")
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_is_remembered_and_an_emptied_file_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let state = Some(folder.path());
        let mut memory = Memory::default();
        let mut docker = FileMemory::new(Family::Docker);
        docker.helpers.insert("r.example".into(), Some("ecr-login".into()));
        memory.files.insert("/a/config.json".into(), docker);
        memory.files.insert("/b/auth.json".into(), FileMemory::new(Family::Containers));

        memory.write(state).unwrap();

        let read = Memory::read(state).unwrap();
        assert_eq!(read, memory);
        assert_eq!(read.files.len(), 1);
        Memory::default().write(state).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_second_setup_is_kept_out_until_the_first_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(Some(folder.path()), 1).unwrap();

        assert_eq!(lock(Some(folder.path()), 1).unwrap_err().exit, Exit::Unavailable);
        drop(first);
        assert!(lock(Some(folder.path()), 1).unwrap().is_some());
    }

    #[test]
    fn without_a_state_folder_nothing_is_remembered() {
        assert_eq!(Memory::read(None).unwrap(), Memory::default());
        assert!(lock(None, 1).unwrap().is_none());
        Memory::default().write(None).unwrap();
    }
}

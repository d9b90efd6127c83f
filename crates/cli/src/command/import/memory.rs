//! What `import` has moved, so that `--undo` can put it back. Names only: the secrets are in the vault.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Found, Shape, Source};
use crate::{
    client_config::{Family, write_file},
    exit::Exit,
    problem::Problem,
};

/// Everything that was moved and not put back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    pub moved: Vec<Moved>,
}

/// One login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moved {
    /// The file that it stood in; absent for another helper's.
    pub path: Option<PathBuf>,
    /// The helper that it was copied from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    pub family: Family,
    /// As it was called there.
    pub key: String,
    /// As the vault calls it.
    pub login: String,
    pub shape: Shape,
    /// It was not there before.
    pub is_in_vault_by_us: bool,
}

impl Moved {
    pub(super) fn of(found: &Found) -> Self {
        let (path, helper, family) = match &found.source {
            Source::File { path, family } => (Some(path.clone()), None, *family),
            Source::Helper(helper) => (None, Some(helper.clone()), Family::Docker),
        };
        let (key, login, shape) = (found.key.clone(), found.login.clone(), found.shape.clone());
        Self { path, helper, family, key, login, shape, is_in_vault_by_us: true }
    }
}

impl Memory {
    /// An absent file is an empty memory.
    pub(super) fn read(state: Option<&Path>) -> Result<Self, Problem> {
        let Some(path) = state.map(file) else { return Ok(Self::default()) };
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text.map_err(|error| Problem::of_file("read", &path, &error))?,
        };
        serde_json::from_str(&text).map_err(|error| {
            Problem::new(Exit::Misconfigured, "cannot tell what an earlier import has moved")
                .because(format!("`{}` is not what import has written: {error}", path.display()))
                .hint(format!("to go on without it, run `rm {}`", path.display()))
        })
    }

    /// Nothing to remember is no file.
    pub(super) fn write(&self, state: Option<&Path>) -> Result<(), Problem> {
        let Some(path) = state.map(file) else { return Ok(()) };
        if self.moved.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(Problem::of_file("remove", &path, &error))
                }
                _ => Ok(()),
            };
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Problem::new(Exit::Other, "cannot write import's memory").because(error))?;
        write_file(&path, &format!("{text}\n")).map_err(|error| Problem::of_file("write", &path, &error))
    }
}

fn file(state: &Path) -> PathBuf {
    state.join("import.json")
}

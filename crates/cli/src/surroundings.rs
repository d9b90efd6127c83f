//! What this process was started with: variables, home, folders and the programs on its path.
//!
//! Everything that depends on them takes a [`Surroundings`], so that tests need no process environment.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use directories::{BaseDirs, ProjectDirs};

/// Variables and folders of the person who runs the command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    variables: BTreeMap<OsString, OsString>,
    /// From `HOME`, else from the user database; absent for a user without either.
    pub home: Option<PathBuf>,
    /// Where the user's `config.toml` is.
    pub config_folder: Option<PathBuf>,
    /// Where logs and the memory of `setup` are.
    pub state_folder: Option<PathBuf>,
}

impl Surroundings {
    pub(crate) fn of_process() -> Self {
        let folders = ProjectDirs::from("", "", "shorepass");
        Self {
            variables: std::env::vars_os().collect(),
            home: BaseDirs::new().map(|base| base.home_dir().to_owned()),
            config_folder: folders.as_ref().map(|folders| folders.config_dir().to_owned()),
            state_folder: folders
                .as_ref()
                .map(|folders| folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned()),
        }
    }

    /// A variable's value; an empty one counts as absent.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn variable_path(&self, name: &str) -> Option<&Path> {
        self.variable(name).map(Path::new)
    }

    /// Every program of that name on the path, in the order of the path.
    pub(crate) fn programs(&self, name: &str) -> Vec<PathBuf> {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let path = self.variable("PATH").unwrap_or_default();
        let mut found = Vec::new();
        for folder in std::env::split_paths(path).filter(|folder| !folder.as_os_str().is_empty()) {
            let candidate = folder.join(&name);
            if is_program(&candidate) && !found.contains(&candidate) {
                found.push(candidate);
            }
        }
        found
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
impl Surroundings {
    /// A user whose home is `home`, with these variables and nothing on the path.
    pub(crate) fn fake(home: &Path, variables: &[(&str, &Path)]) -> Self {
        Self {
            variables: variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            home: Some(home.to_owned()),
            config_folder: Some(home.join(".config/shorepass")),
            state_folder: Some(home.join(".local/state/shorepass")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_absent() {
        let around = Surroundings::fake(Path::new("/h"), &[("DOCKER_CONFIG", Path::new(""))]);

        assert_eq!(around.variable("DOCKER_CONFIG"), None);
        assert_eq!(around.variable("OTHER"), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_executable_files_are_programs() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("podman");
        std::fs::write(&program, "").unwrap();
        let around = Surroundings::fake(Path::new("/h"), &[("PATH", folder.path())]);
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(around.programs("podman"), Vec::<PathBuf>::new());

        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();

        assert_eq!(around.programs("podman"), [program]);
    }
}

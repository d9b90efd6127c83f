//! The two families of clients and where they keep their files.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::surroundings::Surroundings;

/// Clients that share a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    /// docker, buildx, compose, crane, oras …: `config.json`.
    Docker,
    /// podman, buildah, skopeo: `auth.json`.
    Containers,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "docker",
            Self::Containers => "podman, buildah and skopeo",
        })
    }
}

impl Family {
    /// The file that `setup` writes.
    pub(crate) fn file(self, around: &Surroundings) -> Option<PathBuf> {
        match self {
            Self::Docker => docker_file(around),
            Self::Containers => Some(containers_files(around)?.written),
        }
    }

    /// Whether a client of this family seems to be in use here.
    pub(crate) fn is_in_use(self, around: &Surroundings) -> bool {
        let is_installed = |names: &[&str]| names.iter().any(|name| !around.programs(name).is_empty());
        match self {
            Self::Docker => {
                is_installed(&["docker"]) || docker_file(around).is_some_and(|file| file.exists())
            }
            Self::Containers => {
                is_installed(&["podman", "buildah", "skopeo"])
                    || around.variable("REGISTRY_AUTH_FILE").is_some()
                    || containers_files(around)
                        .is_some_and(|files| files.own.iter().any(|file| file.exists()))
            }
        }
    }
}

/// `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`.
pub(crate) fn docker_file(around: &Surroundings) -> Option<PathBuf> {
    let folder = around.variable_path("DOCKER_CONFIG").map(PathBuf::from);
    Some(folder.or_else(|| Some(around.home.as_ref()?.join(".docker")))?.join("config.json"))
}

/// The files of podman, buildah and skopeo.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContainersFiles {
    /// The one that `setup` writes.
    pub written: PathBuf,
    /// Their own ones, in the order in which they are read; the first that knows a registry wins.
    pub own: Vec<PathBuf>,
    /// Docker's, which they read last; absent when one file is forced on them.
    pub docker: Option<PathBuf>,
}

/// `$REGISTRY_AUTH_FILE` alone; else the runtime folder's file, then the configuration folder's, then docker's.
///
/// The runtime folder is emptied at logout and reboot, so what is to stay goes to the configuration folder.
pub(crate) fn containers_files(around: &Surroundings) -> Option<ContainersFiles> {
    if let Some(file) = around.variable_path("REGISTRY_AUTH_FILE") {
        return Some(ContainersFiles { written: file.into(), own: vec![file.into()], docker: None });
    }
    let configuration = around.variable_path("XDG_CONFIG_HOME").map(PathBuf::from);
    let written =
        configuration.or_else(|| Some(around.home.as_ref()?.join(".config")))?.join("containers/auth.json");
    let mut own: Vec<PathBuf> = runtime_file(around).into_iter().collect();
    own.push(written.clone());
    Some(ContainersFiles { written, own, docker: docker_file(around) })
}

#[cfg(target_os = "linux")]
fn runtime_file(around: &Surroundings) -> Option<PathBuf> {
    Some(match around.variable_path("XDG_RUNTIME_DIR") {
        Some(folder) => folder.join("containers/auth.json"),
        None => format!("/run/containers/{}/auth.json", shorepass_protocol::peer::own_uid()).into(),
    })
}

/// Elsewhere the file in the home folder is the first one.
#[cfg(not(target_os = "linux"))]
fn runtime_file(around: &Surroundings) -> Option<PathBuf> {
    Some(around.home.as_ref()?.join(".config/containers/auth.json"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn docker_follows_its_variable() {
        let home = Path::new("/h");

        assert_eq!(docker_file(&Surroundings::fake(home, &[])), Some("/h/.docker/config.json".into()));
        assert_eq!(
            docker_file(&Surroundings::fake(home, &[("DOCKER_CONFIG", Path::new("/d"))])),
            Some("/d/config.json".into())
        );
        assert_eq!(docker_file(&Surroundings::default()), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_podman_reads_first_is_gone_after_a_reboot_so_the_second_is_written() {
        let around = Surroundings::fake(Path::new("/h"), &[("XDG_RUNTIME_DIR", Path::new("/run/user/1"))]);

        let files = containers_files(&around).unwrap();

        assert_eq!(files.written, Path::new("/h/.config/containers/auth.json"));
        assert_eq!(
            files.own,
            [Path::new("/run/user/1/containers/auth.json"), Path::new("/h/.config/containers/auth.json")]
        );
        assert_eq!(files.docker, Some("/h/.docker/config.json".into()));
    }

    #[test]
    fn a_forced_file_is_the_only_one() {
        let around = Surroundings::fake(Path::new("/h"), &[("REGISTRY_AUTH_FILE", Path::new("/a.json"))]);

        let files = containers_files(&around).unwrap();

        assert_eq!((files.own, files.docker), (vec!["/a.json".into()], None));
    }
}

//! Where the broker's files are: configuration and state.

use std::path::PathBuf;

use directories::ProjectDirs;
use shorepass_protocol::{place, private};

/// The configuration files, the most general first; any of them may be absent.
pub(crate) fn configuration() -> Vec<PathBuf> {
    let own = named_configuration().or_else(|| Some(folders()?.config_dir().join("config.toml")));
    [machine_configuration(), own].into_iter().flatten().collect()
}

/// The file that the user named, which must exist.
pub(crate) fn named_configuration() -> Option<PathBuf> {
    std::env::var_os("SHOREPASS_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Where the log and the audit log go; those of a private broker go away with its folder.
pub(crate) fn log_folder() -> Option<PathBuf> {
    let socket = place::own_socket();
    match socket.as_deref().and_then(private::folder) {
        Some(folder) => folder.join(private::LIFELINE).exists().then(|| folder.to_owned()),
        None => state_folder(),
    }
}

/// Where what must not be lost is kept; `None` where there is no home.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let folders = folders()?;
    Some(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
}

fn folders() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "shorepass")
}

#[cfg(unix)]
fn machine_configuration() -> Option<PathBuf> {
    Some("/etc/shorepass/config.toml".into())
}

#[cfg(windows)]
fn machine_configuration() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("ProgramData")?).join("shorepass").join("config.toml"))
}

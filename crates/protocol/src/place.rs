//! Where the broker's socket is, the same rule for whoever listens and whoever connects.
//!
//! `$SHOREPASS_SOCKET`; else a machine-wide broker's socket when root owns one; else `shorepass/` in
//! `$XDG_RUNTIME_DIR`; else `shorepass/run/` in the user's cache folder. A home folder is taken from
//! the passwd file when `HOME` is unset, so that nothing fails under a bare service manager.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The socket that a machine-wide broker listens on.
#[cfg(unix)]
pub const MACHINE_SOCKET: &str = "/run/shorepass/broker.sock";

/// The sockets to connect to, in order; the last one is where a broker of one's own would listen. Empty
/// when there is no folder to put one in.
#[must_use]
pub fn sockets() -> Vec<PathBuf> {
    match explicit() {
        Some(socket) => vec![socket],
        None => machine().into_iter().chain(own()).collect(),
    }
}

/// The socket that is there, or would be.
#[must_use]
pub fn socket() -> Option<PathBuf> {
    sockets().into_iter().next()
}

/// The socket of the user's own broker, whatever else listens on the machine.
#[must_use]
pub fn own_socket() -> Option<PathBuf> {
    explicit().or_else(own)
}

/// The folder a socket is in; it belongs to one user and is closed to others.
#[must_use]
pub fn folder(socket: &Path) -> &Path {
    socket.parent().unwrap_or(socket)
}

/// Why a folder that is there is no place for a socket or a lock: others could put theirs in it.
///
/// # Errors
/// What looking at it says.
#[cfg(unix)]
pub fn fault_of(folder: &Path) -> std::io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt;

    let found = std::fs::symlink_metadata(folder)?;
    let is_open = found.mode() & 0o022 != 0 && found.mode() & 0o1000 == 0;
    Ok(if !found.is_dir() {
        Some("it is a link or a file".into())
    } else if !crate::peer::is_trusted(found.uid()) {
        Some(format!("it belongs to user {}", found.uid()))
    } else if is_open {
        Some(format!("others may write to it: run `chmod go-w {}`", folder.display()))
    } else {
        None
    })
}

/// Opens a lock file, making it for its owner only; a link in its place is not followed.
///
/// # Errors
/// What opening says.
#[cfg(unix)]
pub fn open_lock(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;

    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(no_follow).open(path)
}

fn explicit() -> Option<PathBuf> {
    env::var_os("SHOREPASS_SOCKET").filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[cfg(unix)]
fn machine() -> Option<PathBuf> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    let found = std::fs::symlink_metadata(MACHINE_SOCKET).ok()?;
    (found.file_type().is_socket() && found.uid() == 0).then(|| MACHINE_SOCKET.into())
}

#[cfg(unix)]
fn own() -> Option<PathBuf> {
    let folder = runtime_folder().map(|folder| folder.join("shorepass"));
    Some(folder.or_else(|| Some(cache_folder()?.join("shorepass/run")))?.join("broker.sock"))
}

/// A runtime folder left over from `su` or `sudo` belongs to somebody else and is passed over.
#[cfg(unix)]
fn runtime_folder() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;

    let folder = absolute("XDG_RUNTIME_DIR")?;
    let found = std::fs::metadata(&folder).ok()?;
    (found.is_dir() && found.uid() == crate::peer::own_uid()).then_some(folder)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn cache_folder() -> Option<PathBuf> {
    absolute("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache")))
}

#[cfg(target_os = "macos")]
fn cache_folder() -> Option<PathBuf> {
    Some(home()?.join("Library/Caches"))
}

/// `HOME`, else the entry in the passwd file.
#[cfg(unix)]
#[must_use]
pub fn home() -> Option<PathBuf> {
    absolute("HOME").or_else(|| {
        let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
        home_of(crate::peer::own_uid(), &passwd)
    })
}

/// Reads the file instead of asking the C library, whose static build cannot.
#[cfg(unix)]
fn home_of(uid: u32, passwd: &str) -> Option<PathBuf> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':').skip(2);
        let is_ours = fields.next()?.parse::<u32>().ok()? == uid;
        let home = PathBuf::from(fields.nth(2)?);
        (is_ours && home.is_absolute()).then_some(home)
    })
}

#[cfg(unix)]
fn absolute(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(windows)]
fn machine() -> Option<PathBuf> {
    None
}

/// Pipe names are shared by all users: the user's own name keeps two apart, the pipe's access list guards it.
#[cfg(windows)]
fn own() -> Option<PathBuf> {
    let domain = env::var("USERDOMAIN").unwrap_or_default();
    let user = env::var("USERNAME").ok()?;
    Some(format!(r"\\.\pipe\shorepass-{domain}-{user}").into())
}

/// The user's profile folder.
#[cfg(windows)]
#[must_use]
pub fn home() -> Option<PathBuf> {
    env::var_os("USERPROFILE").map(PathBuf::from)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_passwd_file_knows_the_home() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nann:x:1000:1000::/home/ann:/bin/sh\n";

        assert_eq!(home_of(1000, passwd), Some("/home/ann".into()));
        assert_eq!(home_of(7, passwd), None);
    }
}

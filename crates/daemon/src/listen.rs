//! Gets the socket: handed over by the service manager, or bound in a folder that others cannot write to.
//!
//! One lock beside the socket belongs to the broker that listens. Whoever holds it may remove a
//! socket that nobody answers on; nobody else does.

mod changes;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use interprocess::local_socket::{GenericFilePath, ListenerOptions, prelude::*, tokio::Listener};
use shorepass_protocol::place;
#[cfg(unix)]
use shorepass_protocol::place::open_lock;

use changes::Changes;

/// A listening socket, and what keeps it ours.
pub(crate) struct Listening {
    pub(crate) listener: Listener,
    pub(crate) socket: PathBuf,
    lock: Option<File>,
    /// Device and inode of the socket that we have made, which tell it from one that has taken its place.
    inode: Option<(u64, u64)>,
}

impl Listening {
    /// Listens, or says `None` when another broker does already.
    pub(crate) async fn begin(socket: PathBuf, is_machine_wide: bool) -> anyhow::Result<Option<Self>> {
        #[cfg(unix)]
        if let Some(listener) = handed_over()? {
            return Ok(Some(Self { listener, socket, lock: None, inode: None }));
        }
        let Some(lock) = lock(&socket, is_machine_wide).await? else { return Ok(None) };
        #[cfg(unix)]
        clear_away(&socket)?;
        let listener = bind(&socket, is_machine_wide)
            .with_context(|| format!("cannot listen on `{}`", socket.display()))?;
        let inode = inode(&socket)?;
        Ok(Some(Self { listener, socket, lock: Some(lock), inode }))
    }

    /// Done when our socket was removed or replaced: nobody finds us any more.
    pub(crate) async fn lost(&self) {
        if self.inode.is_none() {
            return std::future::pending().await;
        }
        let changes = Changes::of(place::folder(&self.socket));
        while self.is_ours() {
            changes.next().await;
        }
    }

    /// Makes room for a successor: whoever connects from now on finds nobody.
    pub(crate) fn end(self) {
        let is_ours = self.lock.is_some() && self.inode.is_some() && self.is_ours();
        drop(self.listener);
        if is_ours {
            let _ = fs::remove_file(&self.socket);
        }
    }

    /// What cannot be looked at is taken for unchanged.
    fn is_ours(&self) -> bool {
        inode(&self.socket)
            .map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |now| now == self.inode)
    }
}

#[cfg(unix)]
fn inode(socket: &Path) -> io::Result<Option<(u64, u64)>> {
    use std::os::unix::fs::MetadataExt;

    fs::symlink_metadata(socket).map(|found| Some((found.dev(), found.ino())))
}

#[cfg(not(unix))]
fn inode(_socket: &Path) -> io::Result<Option<(u64, u64)>> {
    Ok(None)
}

/// The socket that systemd listens on for us (`LISTEN_FDS`).
#[cfg(unix)]
fn handed_over() -> anyhow::Result<Option<Listener>> {
    use interprocess::os::unix::uds_local_socket::tokio::Listener as UnixListener;

    let Some(socket) = listenfd::ListenFd::from_env()
        .take_unix_listener(0)
        .context("the socket handed over is no listening Unix socket")?
    else {
        return Ok(None);
    };
    socket.set_nonblocking(true)?;
    Ok(Some(UnixListener::try_from(std::os::fd::OwnedFd::from(socket))?.into()))
}

/// Waits a moment for a broker that is just leaving; one that answers keeps its place.
async fn lock(socket: &Path, is_machine_wide: bool) -> anyhow::Result<Option<File>> {
    let folder = lock_folder(socket);
    make_folder(&folder, is_machine_wide)
        .with_context(|| format!("cannot use the folder `{}`", folder.display()))?;
    let path = folder.join("broker.lock");
    let file = open_lock(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) if answers(socket)? => return Ok(None),
            Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(LOCK_PAUSE).await,
            Err(fs::TryLockError::Error(error)) => return Err(error).context("cannot lock `broker.lock`"),
        }
    }
    bail!("another broker holds `{}` but does not listen: end it, or remove the file", path.display())
}

/// Removes a socket that a killed broker left; one that somebody answers on is somebody's.
#[cfg(unix)]
fn clear_away(socket: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::FileTypeExt;

    let found = match fs::symlink_metadata(socket) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.with_context(|| format!("cannot look at `{}`", socket.display()))?,
    };
    if !found.file_type().is_socket() {
        bail!("`{}` is in the way and is no socket: remove it, or set `SHOREPASS_SOCKET`", socket.display());
    }
    if answers(socket)? {
        bail!("another process listens on `{}` already", socket.display());
    }
    fs::remove_file(socket).with_context(|| format!("cannot remove the dead socket `{}`", socket.display()))
}

fn answers(socket: &Path) -> anyhow::Result<bool> {
    use interprocess::local_socket::Stream;

    let name = socket.to_fs_name::<GenericFilePath>()?;
    Ok(Stream::connect(name).is_ok())
}

#[cfg(unix)]
fn bind(socket: &Path, is_machine_wide: bool) -> io::Result<Listener> {
    use interprocess::os::unix::local_socket::ListenerOptionsExt;

    let name = socket.to_fs_name::<GenericFilePath>()?;
    let options = ListenerOptions::new().name(name).reclaim_name(false);
    // The mode is set before the name exists; where the system cannot do that, the folder alone keeps others out.
    if !cfg!(target_os = "linux") {
        return options.create_tokio();
    }
    // No other thread runs yet that could make a file under this mask.
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    let bound = options.mode(if is_machine_wide { 0o666 } else { 0o600 }).create_tokio();
    rustix::process::umask(mask);
    bound
}

#[cfg(windows)]
fn bind(socket: &Path, _is_machine_wide: bool) -> io::Result<Listener> {
    use interprocess::os::windows::{
        local_socket::ListenerOptionsExt, security_descriptor::SecurityDescriptor,
    };

    let owner_only = SecurityDescriptor::deserialize(widestring::u16cstr!("D:P(A;;GA;;;OW)"))?;
    let name = socket.to_fs_name::<GenericFilePath>()?;
    ListenerOptions::new().name(name).security_descriptor(owner_only).create_tokio()
}

#[cfg(windows)]
fn open_lock(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(path)
}

#[cfg(unix)]
fn lock_folder(socket: &Path) -> PathBuf {
    place::folder(socket).to_owned()
}

#[cfg(windows)]
fn lock_folder(_socket: &Path) -> PathBuf {
    std::env::temp_dir().join("shorepass")
}

/// Made for its owner only; one that is there already must not be open to others' writing.
#[cfg(unix)]
fn make_folder(folder: &Path, is_machine_wide: bool) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    let mode = if is_machine_wide { 0o755 } else { 0o700 };
    fs::DirBuilder::new().recursive(true).mode(mode).create(folder)?;
    if let Some(fault) = place::fault_of(folder)? {
        bail!(fault);
    }
    Ok(())
}

#[cfg(windows)]
fn make_folder(folder: &Path, _is_machine_wide: bool) -> anyhow::Result<()> {
    Ok(fs::create_dir_all(folder)?)
}

const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

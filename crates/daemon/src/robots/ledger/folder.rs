//! The folder of the ledgers: private, and with a lock for each of them.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A ledger's lock, held until it is dropped.
pub(super) struct Lock {
    /// The ledger's place without its ending.
    base: PathBuf,
    name: String,
    _held: File,
}

impl Lock {
    /// `None` when somebody else holds it.
    pub(super) fn take(folder: &Path, name: &str) -> io::Result<Option<Self>> {
        let base = folder.join(name);
        let path = base.with_extension("lock");
        let file = open_lock(&path)?;
        match file.try_lock() {
            // Whoever held it last may have removed it: a lock without a name is no lock.
            Ok(()) if path.exists() => Ok(Some(Self { base, name: name.to_owned(), _held: file })),
            Ok(()) | Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file of that ending.
    pub(super) fn place(&self, ending: &str) -> PathBuf {
        self.base.with_extension(ending)
    }

    /// Removes the ledger; its lock goes last.
    pub(super) fn clear_away(self) {
        for ending in ["json", "new", "lock"] {
            let _ = fs::remove_file(self.place(ending));
        }
    }
}

/// Made for its owner only; one that is there already must not be open to others' writing.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    if let Some(fault) = shorepass_protocol::place::fault_of(folder)? {
        return Err(io::Error::other(fault));
    }
    Ok(())
}

/// An empty file for its owner only.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// New names in the folder are on disk, too.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
use shorepass_protocol::place::open_lock;

#[cfg(not(unix))]
fn open_lock(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(path)
}

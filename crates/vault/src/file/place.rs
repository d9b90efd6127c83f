//! Where the file lies: read in bounds, written at once or not at all, by one writer at a time.
//!
//! A new file is written beside the old one, brought to the disk, and renamed over it. Readers need no
//! lock: they see the old file or the new one.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use shorepass_core::exchange::{ErrorKind, ExchangeError};
use zeroize::Zeroizing;

use crate::failure::{io_failure, refused, too_long};

/// A path and what lies around it.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
}

/// As long as this lives, nobody else writes.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "closing it gives the lock back")] File);

impl Place {
    /// A file that need not be there yet. Behind a link, it is the link's target that is replaced.
    pub(crate) fn new(path: PathBuf) -> Result<Self, ExchangeError> {
        if path.is_relative() || path.file_name().is_none() {
            return Err(ExchangeError::new(
                ErrorKind::Misconfigured,
                "vault_refused",
                format!("`{}` cannot be the vault: its path must be absolute", path.display()),
            ));
        }
        Ok(Self { path: fs::canonicalize(&path).unwrap_or(path) })
    }

    /// Where.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is something.
    pub(crate) fn is_there(&self) -> bool {
        // What cannot be looked at is there, and says why when it is read.
        fs::exists(&self.path).unwrap_or(true)
    }

    /// The file's bytes; `None` when there is none.
    pub(crate) fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, ExchangeError> {
        let failed = |error: io::Error| io_failure(&self.path, "read", &error);
        let is_file = match fs::metadata(&self.path) {
            Ok(metadata) => metadata.is_file(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        // A pipe or a device would make us wait, or never end.
        if !is_file {
            return Err(refused(format!("`{}` is no file", self.path.display())));
        }
        let mut bytes = Zeroizing::new(Vec::new());
        let file = File::open(&self.path).map_err(failed)?;
        file.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() > LONGEST {
            return Err(too_long(&format!("`{}`", self.path.display()), LONGEST));
        }
        Ok(Some(bytes))
    }

    /// Waits until nobody else writes. Makes the folder.
    pub(crate) fn lock(&self) -> Result<Lock, ExchangeError> {
        let path = self.beside(".lock");
        let failed = |error: io::Error| io_failure(&path, "locked", &error);
        make_folder(self.folder()).map_err(|error| io_failure(self.folder(), "made", &error))?;
        let mut options = private();
        let file = options.create(true).truncate(false).open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(Lock(file))
    }

    /// Replaces the file. The caller holds the lock.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), ExchangeError> {
        let new = self.beside(".new");
        let written = self.write_beside(&new, bytes).and_then(|()| fs::rename(&new, &self.path));
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(io_failure(&self.path, "written", &error));
        }
        sync_folder(self.folder()).map_err(|error| io_failure(self.folder(), "brought to the disk", &error))
    }

    fn write_beside(&self, new: &Path, bytes: &[u8]) -> io::Result<()> {
        // Left by a writer that was killed.
        let _ = fs::remove_file(new);
        let mut file = private().create_new(true).open(new)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = std::ffi::OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(ending);
        self.path.with_file_name(name)
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot; the rename is as safe there as it can be.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// A rename is written through, and a folder cannot be opened.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Thousands of logins.
pub(crate) const LONGEST: usize = 4 * 1024 * 1024;

//! Replaces a file as a whole or not at all, and keeps a copy of what was there first.
//!
//! A link stays a link: what it points to is replaced. Mode and owner stay; a new file is closed to others,
//! since clients keep logins in it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Whether the file was still as it had been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Done,
    /// Somebody else wrote in between; nothing was done.
    ChangedMeanwhile,
}

/// Puts `after` where `before` was; `after: None` removes the file, `before: None` means that there was none.
pub(crate) fn put_in_place(path: &Path, before: Option<&str>, after: Option<&str>) -> io::Result<Written> {
    let target = target(path);
    let is_as_read = || match fs::read(&target) {
        Ok(bytes) => Ok(before.map(str::as_bytes) == Some(bytes.as_slice())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(before.is_none()),
        Err(error) => Err(error),
    };
    let Some(after) = after else {
        return Ok(if is_as_read()? {
            fs::remove_file(&target)?;
            Written::Done
        } else {
            Written::ChangedMeanwhile
        });
    };
    let draft = Draft::new(&target, after)?;
    if !is_as_read()? {
        return Ok(Written::ChangedMeanwhile);
    }
    draft.publish(&target)?;
    Ok(Written::Done)
}

/// Replaces without looking at what was there.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let target = target(path);
    Draft::new(&target, text)?.publish(&target)
}

/// Copies the file to `NAME.before-shorepass` beside it, unless there is such a copy or no file.
pub(crate) fn back_up(path: &Path) -> io::Result<Option<PathBuf>> {
    let backup = backup_of(path);
    let text = match fs::read_to_string(path) {
        Ok(text) if !backup.try_exists()? => text,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let draft = Draft::new(&backup, &text)?;
    copy_owner_and_mode(&target(path), &draft.0)?;
    draft.publish(&backup)?;
    Ok(Some(backup))
}

/// Once the file is what it was before the first setup, its copy is of no more use.
pub(crate) fn remove_backup_if_same(path: &Path) -> io::Result<()> {
    let backup = backup_of(path);
    match (fs::read(path), fs::read(&backup)) {
        (Ok(now), Ok(then)) if now == then => fs::remove_file(backup),
        _ => Ok(()),
    }
}

/// With everything above it, closed to others.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// A file beside its target that is removed again unless it is published.
struct Draft(PathBuf);

impl Draft {
    fn new(target: &Path, text: &str) -> io::Result<Self> {
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_folder(folder)?;
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        let draft = Self(folder.join(format!(".{name}.{}", std::process::id())));

        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(&draft.0) {
            // Left behind by a process of the same number that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&draft.0)?;
                options.open(&draft.0)?
            }
            file => file?,
        };
        file.write_all(text.as_bytes())?;
        if target.try_exists()? {
            copy_owner_and_mode(target, &draft.0)?;
        }
        file.sync_all()?;
        Ok(draft)
    }

    fn publish(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.0, target)?;
        // The rename is durable only with its folder; where folders cannot be opened this is not needed.
        if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Published drafts are gone already.
        let _ = fs::remove_file(&self.0);
    }
}

/// `sudo shorepass setup` must not take a user's file away from them.
#[cfg(unix)]
fn copy_owner_and_mode(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};

    let (old, new) = (fs::metadata(from)?, fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        // Without the right to give files away, the file becomes ours, as with any editor.
        let _ = chown(to, Some(old.uid()), Some(old.gid()));
    }
    fs::set_permissions(to, old.permissions())
}

#[cfg(not(unix))]
fn copy_owner_and_mode(_from: &Path, _to: &Path) -> io::Result<()> {
    Ok(())
}

/// What a link points to, also when that does not exist yet.
fn target(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..LONGEST_CHAIN_OF_LINKS {
        let Ok(next) = fs::read_link(&target) else { break };
        target = target.parent().map_or_else(|| next.clone(), |folder| folder.join(&next));
    }
    target
}

fn backup_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".before-shorepass");
    path.with_file_name(name)
}

/// As Linux follows them.
const LONGEST_CHAIN_OF_LINKS: usize = 40;

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_new_file_is_closed_to_others_and_an_old_one_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("sub/config.json"), folder.path().join("old.json"));
        fs::write(&old, "{}").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();

        assert_eq!(put_in_place(&new, None, Some("{1}")).unwrap(), Written::Done);
        assert_eq!(put_in_place(&old, Some("{}"), Some("{2}")).unwrap(), Written::Done);

        assert_eq!((mode(&new), fs::read_to_string(&new).unwrap().as_str()), (0o600, "{1}"));
        assert_eq!((mode(&old), fs::read_to_string(&old).unwrap().as_str()), (0o640, "{2}"));
        assert_eq!(mode(new.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("config.json"), folder.path().join("dotfiles/real.json"));
        fs::create_dir(real.parent().unwrap()).unwrap();
        fs::write(&real, "{}").unwrap();
        symlink("dotfiles/real.json", &link).unwrap();

        put_in_place(&link, Some("{}"), Some("{2}")).unwrap();

        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "{2}");
        assert_eq!(names(real.parent().unwrap()), ["real.json"]);
    }

    #[test]
    fn a_dangling_link_gets_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("config.json");
        symlink("elsewhere.json", &link).unwrap();

        put_in_place(&link, None, Some("{}")).unwrap();

        assert_eq!(fs::read_to_string(folder.path().join("elsewhere.json")).unwrap(), "{}");
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_survives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, "theirs").unwrap();

        assert_eq!(put_in_place(&path, Some("{}"), Some("ours")).unwrap(), Written::ChangedMeanwhile);
        assert_eq!(put_in_place(&path, None, Some("ours")).unwrap(), Written::ChangedMeanwhile);
        assert_eq!(put_in_place(&path, Some("{}"), None).unwrap(), Written::ChangedMeanwhile);

        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(names(folder.path()), ["config.json"]);
    }

    #[test]
    fn the_first_copy_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, "first").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();

        let backup = back_up(&path).unwrap().unwrap();
        fs::write(&path, "second").unwrap();

        assert_eq!(back_up(&path).unwrap(), None);
        assert_eq!(fs::read_to_string(&backup).unwrap(), "first");
        assert_eq!(mode(&backup), 0o600);
        remove_backup_if_same(&path).unwrap();
        assert!(backup.exists());
        fs::write(&path, "first").unwrap();
        remove_backup_if_same(&path).unwrap();
        assert!(!backup.exists());
    }

    #[test]
    fn a_folder_that_takes_no_files_is_an_error_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();

        let written = put_in_place(&path, Some("{}"), Some("{2}"));

        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        if shorepass_protocol::peer::own_uid() != 0 {
            assert_eq!(written.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
            assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
        }
        assert_eq!(names(folder.path()), ["config.json"]);
        assert!(put_in_place(&path.join("below-a-file"), None, Some("{}")).is_err());
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

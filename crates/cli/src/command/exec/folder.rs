//! The private folder: made for its owner only, and gone when this process has ended, one way or another.
//!
//! This process locks the lifeline; see `shorepass_protocol::private`. Folders that nobody was left to remove, because
//! everything was killed at once, go when the next one is made beside them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use shorepass_protocol::{
    peer::own_uid,
    private::{self, DRAFT, LIFELINE, PREFIX, PRESENCE},
};

use super::NOT_RUN;
use crate::{exit::Exit, problem::Problem, surroundings::Surroundings};

/// Removed when dropped, after the broker has left it.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked.
    lifeline: File,
    presence: File,
}

impl Folder {
    /// In the first of the [`places`] that takes it.
    pub(super) fn make(places: &[PathBuf]) -> Result<Self, Problem> {
        let mut why = String::from("there is no folder to put its files in");
        for place in places {
            sweep(place);
            match Self::make_in(place) {
                Ok(folder) => return Ok(folder),
                Err(error) => why = format!("cannot make a folder in `{}`: {error}", place.display()),
            }
        }
        let hint = "set `TMPDIR` to a folder that you may write to and that has a short name";
        Err(Problem::new(Exit::Other, NOT_RUN).because(why).hint(hint))
    }

    fn make_in(place: &Path) -> io::Result<Self> {
        let path = place.join(format!("{PREFIX}{}", random_name()));
        if path.join(SOCKET).as_os_str().len() > LONGEST_SOCKET {
            return Err(io::Error::other("its name is too long for a socket"));
        }
        DirBuilder::new().mode(0o700).create(&path)?;
        Self::lock(&path).inspect_err(|_| private::clear_away(&path))
    }

    /// The lifeline has its name only once it is locked.
    fn lock(path: &Path) -> io::Result<Self> {
        let presence = create(&path.join(PRESENCE))?;
        let draft = path.join(DRAFT);
        let lifeline = create(&draft)?;
        lifeline.try_lock()?;
        fs::rename(draft, path.join(LIFELINE))?;
        Ok(Self { path: path.to_owned(), lifeline, presence })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.path.join(SOCKET)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = self.lifeline.unlock();
        for _ in 0..LOOKS {
            if self.presence.try_lock().is_ok() {
                break;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        private::clear_away(&self.path);
    }
}

/// Where the folder may be. A runtime folder left over from `su` or `sudo` belongs to somebody else and is passed over.
pub(super) fn places(around: &Surroundings) -> Vec<PathBuf> {
    let is_own = |folder: &&Path| folder.metadata().is_ok_and(|found| found.uid() == own_uid());
    let runtime = around.variable_path("XDG_RUNTIME_DIR").filter(is_own);
    let places = [runtime, around.variable_path("TMPDIR"), Some(Path::new("/tmp"))];
    places.into_iter().flatten().filter(|place| place.is_absolute()).map(Path::to_owned).collect()
}

fn sweep(place: &Path) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let is_ours = path.symlink_metadata().is_ok_and(|found| found.is_dir() && found.uid() == own_uid());
        if private::folder(&path.join(SOCKET)).is_some() && is_ours && is_left(&path) {
            private::clear_away(&path);
        }
    }
}

/// A folder of that name without both files is somebody's.
fn is_left(folder: &Path) -> bool {
    let is_ours = private::open(folder, PRESENCE).is_ok();
    is_ours && private::open(folder, LIFELINE).is_ok_and(|lifeline| lifeline.try_lock().is_ok())
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

fn random_name() -> String {
    format!("{:08x}", RandomState::new().hash_one(std::process::id()) >> 32)
}

const SOCKET: &str = "broker.sock";
/// One less than what the strictest of the systems takes.
const LONGEST_SOCKET: usize = 103;
/// 15 s: a broker that leaves has 10 s to delete what it has made at registries.
const LOOKS: u32 = 3_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_closed_to_others_and_goes_when_dropped() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::make_in(place.path()).unwrap();
        fs::write(folder.path().join("auth.json"), "").unwrap();

        let mode = folder.path().metadata().unwrap().permissions().mode() & 0o777;
        let is_left_before = is_left(folder.path());
        drop(folder);

        assert_eq!((mode, is_left_before), (0o700, false));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_one_left_is_swept_and_what_is_in_use_or_not_ours_by_name_stays() {
        let place = tempfile::tempdir().unwrap();
        let used = Folder::make_in(place.path()).unwrap();
        let (left, other) = (place.path().join(format!("{PREFIX}0")), place.path().join("other"));
        for folder in [&left, &other] {
            fs::create_dir(folder).unwrap();
            for name in [LIFELINE, PRESENCE] {
                fs::write(folder.join(name), "").unwrap();
            }
        }

        sweep(place.path());

        assert!(!left.exists());
        assert!(other.exists() && used.path().exists());
    }

    #[test]
    fn a_strangers_folder_of_that_name_is_not_swept_and_what_is_in_it_stays() {
        let place = tempfile::tempdir().unwrap();
        for (name, locks) in [("0", &[][..]), ("1", &[LIFELINE]), ("2", &[LIFELINE, PRESENCE])] {
            let folder = place.path().join(format!("{PREFIX}{name}"));
            fs::create_dir_all(folder.join("data")).unwrap();
            fs::write(folder.join("data/kept"), "").unwrap();
            for lock in locks {
                fs::write(folder.join(lock), "").unwrap();
            }

            sweep(place.path());

            assert!(folder.join("data/kept").exists(), "{name}");
            assert!(locks.len() == 2 || locks.iter().all(|lock| folder.join(lock).exists()), "{name}");
        }
    }

    #[test]
    fn a_folder_whose_name_is_too_long_for_a_socket_is_passed_over() {
        let place = tempfile::tempdir().unwrap();
        let (long, short) = (place.path().join("x".repeat(80)), place.path().join("y"));
        for place in [&long, &short] {
            fs::create_dir(place).unwrap();
        }

        let folder = Folder::make(&[long.clone(), short.clone()]).unwrap();

        assert!(folder.path().starts_with(short), "{}", folder.path().display());
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }

    #[test]
    fn the_places_are_the_runtime_folder_the_named_one_and_the_machines() {
        let runtime = tempfile::tempdir().unwrap();
        let around = |runtime| {
            let variables = [("XDG_RUNTIME_DIR", runtime), ("TMPDIR", Path::new("/t"))];
            places(&Surroundings::fake(Path::new("/h"), &variables))
        };

        assert_eq!(around(runtime.path()), [runtime.path(), Path::new("/t"), Path::new("/tmp")]);
        assert_eq!(around(Path::new("/nowhere")), [Path::new("/t"), Path::new("/tmp")]);
    }
}

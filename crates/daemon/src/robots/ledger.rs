//! One broker's notes on disk: `ID.json`, whole at any moment, and `ID.lock`, held as long as the broker lives.
//!
//! Each broker writes a file of its own, so that no two ever write to one; a file whose lock is free is nobody's
//! any more, and whoever gets the lock takes its robots over.

mod folder;
mod orphan;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::record::Record;
use folder::Lock;

pub(super) use orphan::orphans;

/// The broker's own file.
pub(super) struct Ledger {
    folder: PathBuf,
    lock: Lock,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    robots: &'a [&'a Record],
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    robots: Vec<Record>,
}

impl Ledger {
    /// Makes the folder, for its owner only, and a name in it that is nobody's.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            // Whoever leaves last removes an empty folder, perhaps between these two.
            folder::make(folder)?;
            match Lock::take(folder, &random_name()) {
                Ok(Some(lock)) => return Ok(Self { folder: folder.to_owned(), lock }),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    /// On disk, as a whole, when it returns.
    pub(super) fn write(&self, records: &[&Record]) -> io::Result<()> {
        let text = serde_json::to_vec(&Written { version: VERSION, robots: records })?;
        let (path, new) = (self.lock.place("json"), self.lock.place("new"));
        let mut file = folder::create(&new)?;
        file.write_all(&text).and_then(|()| file.sync_all())?;
        drop(file);
        fs::rename(&new, path)?;
        folder::sync(&self.folder)
    }

    /// Nothing is left to be done: nothing of it stays.
    pub(super) fn end(self) {
        self.lock.clear_away();
        let _ = fs::remove_dir(&self.folder);
    }

    fn is_own(&self, name: &str) -> bool {
        self.lock.name() == name
    }
}

/// `None` for what is no ledger.
fn parse(bytes: &[u8]) -> Option<Vec<Record>> {
    let read: Read = serde_json::from_slice(bytes).ok()?;
    (read.version == VERSION).then_some(read.robots)
}

/// No two are alike.
pub(super) fn random_name() -> String {
    use std::hash::{BuildHasher, RandomState};

    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

const VERSION: u32 = 1;
const TRIES: u32 = 5;

#[cfg(test)]
mod tests {
    use super::{super::record::tests::record, *};

    #[test]
    fn what_a_broker_that_is_no_more_has_noted_is_found_once() {
        let folder = Place::new("found");
        let dead = Ledger::open(&folder.0).unwrap();
        dead.write(&[&record()]).unwrap();

        let while_it_lives = orphans(&folder.0, None).count();
        drop(dead);
        let own = Ledger::open(&folder.0).unwrap();
        let found: Vec<_> = orphans(&folder.0, Some(&own)).collect();
        let by_another = orphans(&folder.0, None).count();

        assert_eq!((while_it_lives, found.len(), by_another), (0, 1, 0));
        assert_eq!(found[0].records, [record()]);
        found.into_iter().for_each(orphan::Orphan::finish);
        assert_eq!(orphans(&folder.0, None).count(), 0);
    }

    #[test]
    fn a_broken_ledger_is_put_aside_and_harms_no_other() {
        let folder = Place::new("broken");
        for text in ["{\"version\":1,\"robots\":[{", "{\"version\":2,\"robots\":[]}"] {
            folder::make(&folder.0).unwrap();
            fs::write(folder.0.join("0f.json"), text).unwrap();

            assert_eq!(orphans(&folder.0, None).count(), 0);

            assert_eq!(folder.files(), ["broken"], "{text}");
            assert_eq!(fs::read_to_string(folder.0.join("broken")).unwrap(), text);
        }
    }

    #[test]
    fn nothing_is_left_of_a_ledger_that_has_ended() {
        let folder = Place::new("ended");
        let ledger = Ledger::open(&folder.0).unwrap();
        ledger.write(&[&record()]).unwrap();

        ledger.end();

        assert!(!folder.0.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_ledger_is_its_owners_only() {
        use std::os::unix::fs::MetadataExt;

        let folder = Place::new("owner");
        let ledger = Ledger::open(&folder.0).unwrap();
        ledger.write(&[&record()]).unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;

        assert_eq!(mode(&folder.0), 0o700);
        for file in folder.files() {
            assert_eq!(mode(&folder.0.join(&file)), 0o600, "{file}");
        }
    }

    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("shorepass-ledger-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn files(&self) -> Vec<String> {
            let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
            fs::read_dir(&self.0).unwrap().map(name).collect()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

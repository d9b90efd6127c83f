//! Ledgers of brokers that are no more.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use super::{Ledger, Record, folder::Lock, parse};

/// A ledger that is nobody's; as long as this is held, nobody else takes it over.
pub(in crate::robots) struct Orphan {
    pub(in crate::robots) records: Vec<Record>,
    lock: Lock,
}

impl Orphan {
    /// Its robots are in another ledger now.
    pub(in crate::robots) fn finish(self) {
        self.lock.clear_away();
    }
}

/// Those there are. What cannot be understood is put aside.
pub(in crate::robots) fn orphans(folder: &Path, own: Option<&Ledger>) -> impl Iterator<Item = Orphan> {
    let names = names(folder).unwrap_or_default();
    let others: Vec<_> = names.into_iter().filter(|name| own.is_none_or(|own| !own.is_own(name))).collect();
    others.into_iter().filter_map(|name| look(Lock::take(folder, &name).ok()??))
}

fn look(lock: Lock) -> Option<Orphan> {
    let path = lock.place("json");
    match read(&path) {
        Ok(bytes) => {
            if let Some(records) = parse(&bytes) {
                return Some(Orphan { records, lock });
            }
            tracing::warn!(file = %path.display(), "a ledger of robots is broken and was put aside");
            // One is enough to look at.
            let _ = fs::rename(&path, path.with_file_name("broken"));
            lock.clear_away();
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => lock.clear_away(),
        Err(error) => tracing::warn!(file = %path.display(), %error, "a ledger of robots cannot be read"),
    }
    None
}

fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_ledger = path.extension().is_some_and(|ending| ending == "json" || ending == "lock");
        names
            .extend(path.file_stem().filter(|_| is_ledger).and_then(|stem| stem.to_str()).map(str::to_owned));
    }
    Ok(names)
}

/// One that is too long is cut off, and no ledger any more.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Some thousand robots.
const LONGEST: u64 = 8 * 1024 * 1024;

//! The robot accounts that were made at Harbors, so that none is ever left behind.
//!
//! A robot is noted on disk before it is made and until it is deleted for sure: at its planned end, at once when
//! its making went wrong, and when the broker leaves. Whoever comes after a broker that was killed takes its
//! notes over.

mod keeper;
mod ledger;
mod making;
mod record;

pub(crate) use making::Wanted;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use shorepass_core::{
    clock::{Clock, Moment},
    exchange::Surroundings,
};
use tokio::sync::{Notify, watch};

use ledger::Ledger;
use record::Record;

/// All robots that this broker has to delete.
pub(crate) struct Robots {
    /// `None` where there is no home.
    folder: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    book: Mutex<Book>,
    /// Rung when there may be something to do, and when a making is over.
    changed: Notify,
    /// True once the broker leaves: nothing is made any more.
    is_closed: watch::Sender<bool>,
}

#[derive(Default)]
struct Book {
    /// Opened with the first robot.
    ledger: Option<Ledger>,
    entries: Vec<Entry>,
}

/// A robot, and what is remembered of it beside the ledger.
struct Entry {
    record: Record,
    /// In which it was made, or what the ledger has kept of them.
    surroundings: Surroundings,
    /// Made by an earlier broker, whose clients may still use it.
    is_inherited: bool,
    /// It is being made or deleted.
    is_busy: bool,
    /// Its deletion was tried by a broker that leaves.
    is_parted: bool,
    /// Deletions that have failed, one after the other.
    failures: u32,
    /// Until then, on the steady clock, it is left alone.
    not_before: Duration,
}

impl Robots {
    /// Nothing is read or written before there is a robot, or a note of an earlier broker.
    pub(crate) fn new(state_folder: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: state_folder.map(|folder| folder.join("robots")),
            clock,
            book: Mutex::default(),
            changed: Notify::new(),
            is_closed: watch::Sender::new(false),
        }
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn entry(&mut self, name: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.record.name == name)
    }

    fn remove(&mut self, name: &str) {
        self.entries.retain(|entry| entry.record.name != name);
    }

    /// Writes all of it; what cannot be written now is with the next change.
    fn save(&self) -> std::io::Result<()> {
        let records: Vec<&Record> = self.entries.iter().map(|entry| &entry.record).collect();
        self.ledger.as_ref().map_or(Ok(()), |ledger| ledger.write(&records))
    }

    fn save_or_say(&self) {
        if let Err(error) = self.save() {
            tracing::warn!(%error, "the ledger of robots cannot be written");
        }
    }

    /// Takes over what brokers that are no more have noted.
    fn adopt(&mut self, folder: Option<&Path>) {
        let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return };
        let orphans: Vec<_> = ledger::orphans(folder, self.ledger.as_ref()).collect();
        for orphan in orphans {
            if orphan.records.is_empty() {
                orphan.finish();
                continue;
            }
            if self.entries.len() + orphan.records.len() > MOST_ROBOTS || self.open(folder).is_err() {
                continue;
            }
            let count = orphan.records.len();
            self.entries.extend(orphan.records.iter().cloned().map(Entry::inherited));
            match self.save() {
                Ok(()) => {
                    orphan.finish();
                    tracing::info!(count, "robots of an earlier broker taken over");
                }
                Err(error) => {
                    self.entries.truncate(self.entries.len() - count);
                    tracing::warn!(%error, "the ledger of robots cannot be written");
                }
            }
        }
        if self.ledger.is_none() {
            // Only when it is empty.
            let _ = fs::remove_dir(folder);
        }
    }

    fn open(&mut self, folder: &Path) -> std::io::Result<()> {
        if self.ledger.is_none() {
            self.ledger = Some(Ledger::open(folder)?);
        }
        Ok(())
    }
}

impl Entry {
    fn new(record: Record, surroundings: Surroundings) -> Self {
        Self {
            record,
            surroundings,
            is_inherited: false,
            is_busy: false,
            is_parted: false,
            failures: 0,
            not_before: Duration::ZERO,
        }
    }

    fn inherited(record: Record) -> Self {
        let surroundings = record.surroundings();
        Self { is_inherited: true, ..Self::new(record, surroundings) }
    }
}

/// A robot that cannot be deleted stays noted; more than these are a Harbor that nobody looks after.
const MOST_ROBOTS: usize = 1000;

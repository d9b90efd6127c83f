//! What was asked of the cloud, by whom and how it ended: facts only, never a secret.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Serialize;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When it came, on the cloud's clock.
    #[serde(serialize_with = "write_time")]
    pub at: SystemTime,
    /// Such as `sts:AssumeRole`.
    pub operation: String,
    /// Who proved to be behind it; absent when nobody did.
    pub principal: Option<String>,
    /// The host it was sent to, without port.
    pub host: String,
    /// The region of the signature, where there is one.
    pub region: Option<String>,
    /// As the client called itself.
    pub user_agent: Option<String>,
    /// The HTTP status; 0 when the connection was closed.
    pub status: u16,
    /// The error's code, where there was one.
    pub error: Option<String>,
}

/// The list of what was asked, and how often. Clones are the same list.
#[derive(Debug, Clone, Default)]
pub(super) struct Audit(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    book: Mutex<Book>,
    written: Condvar,
}

#[derive(Debug, Default)]
struct Book {
    entries: VecDeque<Entry>,
    counts: BTreeMap<String, usize>,
}

impl Audit {
    pub(super) fn note(&self, entry: Entry) {
        let mut book = self.book();
        *book.counts.entry(entry.operation.clone()).or_default() += 1;
        if book.entries.len() == MOST_ENTRIES {
            book.entries.pop_front();
        }
        book.entries.push_back(entry);
        self.0.written.notify_all();
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.book().entries.iter().cloned().collect()
    }

    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        self.book().counts.clone()
    }

    pub(super) fn count(&self, operation: &str) -> usize {
        self.book().counts.get(operation).copied().unwrap_or_default()
    }

    pub(super) fn wait_for(&self, operation: &str, times: usize, bound: Duration) -> bool {
        let is_short = |book: &mut Book| book.counts.get(operation).copied().unwrap_or_default() < times;
        let waited = self.0.written.wait_timeout_while(self.book(), bound, is_short);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    pub(super) fn forget(&self) {
        *self.book() = Book::default();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_time<S: serde::Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&super::clock::iso(*at))
}

/// Older lines are dropped, so that a load test does not fill memory; the counts stay.
const MOST_ENTRIES: usize = 10_000;

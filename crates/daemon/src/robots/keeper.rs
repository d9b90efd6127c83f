//! Deletes the robots that are due, and those that are left when the broker leaves.
//!
//! A deletion that fails is tried again, less and less often. What a broker that leaves cannot delete stays in its
//! ledger for the next one.

use std::time::Duration;

use shorepass_core::{
    clock::Moment,
    exchange::{ErrorKind, ExchangeError, Surroundings, WorkerRequest},
    robot::RobotRemoved,
    schedule::LONGEST_OBEYED,
};
use tokio::time::timeout;

use super::{
    Book, Entry, Robots,
    record::{Record, pause},
};
use crate::worker::WorkerExchanger;

impl Robots {
    /// Deletes whatever is due; it never ends. Without a robot or an earlier broker's notes it does not wake.
    pub(crate) async fn keep(&self, workers: &WorkerExchanger) {
        loop {
            self.book().adopt(self.folder.as_deref());
            self.delete_all(workers, Errand::Due).await;
            match self.until_next() {
                Some(pause) => drop(timeout(pause, self.changed.notified()).await),
                None => self.changed.notified().await,
            }
        }
    }

    /// Makes no more robots and deletes those that this broker has made.
    pub(crate) async fn leave(&self, workers: &WorkerExchanger) {
        self.is_closed.send_replace(true);
        let all = async {
            while self.book().entries.iter().any(|entry| entry.is_busy) {
                self.changed.notified().await;
            }
            self.delete_all(workers, Errand::Parting).await;
        };
        let _ = timeout(LEFT_WITHIN, all).await;
        self.end();
    }

    /// For a broker of one request, whose robot is used after it: that is the next one's to delete.
    pub(crate) async fn hand_over(&self, workers: &WorkerExchanger) {
        if self.book().ledger.is_none() {
            return;
        }
        let _ = timeout(HANDED_OVER_WITHIN, self.delete_all(workers, Errand::Due)).await;
        self.end();
    }

    /// The ledger stays as long as there is anything in it.
    fn end(&self) {
        let mut book = self.book();
        let count = book.entries.len();
        match book.ledger.take() {
            Some(ledger) if count == 0 => ledger.end(),
            Some(_) => tracing::info!(count, "robots are left to the next broker"),
            None => {}
        }
    }

    /// Some at once.
    async fn delete_all(&self, workers: &WorkerExchanger, errand: Errand) {
        let lane = async || {
            while let Some(removal) = self.next(errand) {
                let outcome = removal.carry_out(workers).await;
                removal.end(outcome);
            }
        };
        tokio::join!(lane(), lane(), lane(), lane());
    }

    fn next(&self, errand: Errand) -> Option<Removal<'_>> {
        let now = self.now();
        let mut book = self.book();
        let entry = book.entries.iter_mut().find(|entry| entry.is_wanted(errand, now))?;
        entry.is_busy = true;
        entry.is_parted = errand == Errand::Parting;
        let (record, surroundings) = (entry.record.clone(), entry.surroundings.clone());
        Some(Removal { robots: self, record, surroundings })
    }

    /// `None` when there is nothing to wait for.
    fn until_next(&self) -> Option<Duration> {
        let now = self.now();
        let book = self.book();
        let next =
            book.entries.iter().filter(|entry| !entry.is_busy).map(|entry| entry.until_next(now)).min();
        let is_there = || self.folder.as_ref().is_some_and(|folder| folder.is_dir());
        match next {
            Some(pause) => Some(pause.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)),
            // Another broker may leave notes there.
            None => is_there().then_some(LONGEST_SLEEP),
        }
    }
}

/// Why robots are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    /// Their time has come.
    Due,
    /// Their broker leaves; each is tried once.
    Parting,
}

impl Entry {
    fn is_wanted(&self, errand: Errand, now: Moment) -> bool {
        let is_due = self.until_next(now).is_zero();
        !self.is_busy
            && match errand {
                Errand::Due => is_due,
                Errand::Parting => !self.is_parted && (!self.is_inherited || is_due),
            }
    }

    fn until_next(&self, now: Moment) -> Duration {
        self.record.until_due(now.wall).max(self.not_before.saturating_sub(now.steady))
    }
}

/// A robot that is being deleted; however it ends, it is free again.
struct Removal<'a> {
    robots: &'a Robots,
    record: Record,
    surroundings: Surroundings,
}

impl Removal<'_> {
    async fn carry_out(&self, workers: &WorkerExchanger) -> Result<RobotRemoved, ExchangeError> {
        let found = workers.vaults().get(&self.record.login, &self.surroundings).await?;
        let login = found.ok_or_else(no_login)?;
        let request = WorkerRequest::RemoveRobot(Box::new(self.record.order(login)));
        workers.ask(&request, &self.surroundings).await
    }

    fn end(self, outcome: Result<RobotRemoved, ExchangeError>) {
        let now = self.robots.now();
        let (host, robot) = (self.record.target.host.as_str(), self.record.name.as_str());
        let mut book = self.robots.book();
        match outcome {
            Ok(outcome) if self.record.is_settled(now.wall) => {
                book.remove(robot);
                tracing::info!(host, robot, was_there = outcome == RobotRemoved::Removed, "robot deleted");
            }
            // What made it may still be under way, so it is looked for once more.
            Ok(_) => put_off(&mut book, robot, None, now),
            Err(error) if self.record.is_past_hope(now.wall) => {
                book.remove(robot);
                tracing::warn!(
                    host,
                    robot,
                    code = error.code,
                    "robot never deleted; Harbor lets it in no more"
                );
            }
            Err(error) => {
                put_off(&mut book, robot, error.retry_after, now);
                tracing::warn!(
                    host,
                    robot,
                    code = error.code,
                    cause = error.message,
                    "robot not deleted yet"
                );
                return;
            }
        }
        book.save_or_say();
    }
}

impl Drop for Removal<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.robots.book().entry(&self.record.name) {
            entry.is_busy = false;
        }
        self.robots.changed.notify_one();
    }
}

fn put_off(book: &mut Book, robot: &str, asked_for: Option<Duration>, now: Moment) {
    if let Some(entry) = book.entry(robot) {
        entry.failures = entry.failures.saturating_add(1);
        let asked_for = asked_for.unwrap_or_default().min(LONGEST_OBEYED);
        entry.not_before = now.steady + pause(entry.failures).max(asked_for);
    }
}

fn no_login() -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "no_login", "the login that made it is stored no more")
}

/// A supervisor waits longer than that before it kills.
const LEFT_WITHIN: Duration = Duration::from_secs(10);
/// The answer is out, but whoever started us may wait for the end.
const HANDED_OVER_WITHIN: Duration = Duration::from_secs(2);
const SHORTEST_SLEEP: Duration = Duration::from_millis(50);
/// A suspended machine's hours are not seen by a timer.
const LONGEST_SLEEP: Duration = Duration::from_secs(5 * 60);

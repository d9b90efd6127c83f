//! A robot is made: first noted, then asked for, then noted as made.

use std::{io, time::Duration};

use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError, Exchanged, Surroundings, WorkerRequest},
    kind::HarborTarget,
    robot::RobotMade,
    schedule::LONGEST_OBEYED,
    vault::Login,
};

use super::{
    Entry, MOST_ROBOTS, Robots,
    ledger::random_name,
    record::{Record, kept, seconds},
};
use crate::worker::WorkerExchanger;

/// What a robot is to be for.
pub(crate) struct Wanted<'a> {
    pub(crate) target: &'a HarborTarget,
    pub(crate) access: Access,
    /// The key of the login.
    pub(crate) key: String,
    pub(crate) login: Login,
}

impl Robots {
    /// Has a worker make a robot.
    ///
    /// # Errors
    /// There is none, or it will be deleted: nobody is left with one that is not noted.
    pub(crate) async fn make(
        &self,
        workers: &WorkerExchanger,
        wanted: Wanted<'_>,
        surroundings: &Surroundings,
    ) -> Result<Exchanged, ExchangeError> {
        let Wanted { target, access, key, login } = wanted;
        let begun = seconds(self.now().wall);
        let record = Record {
            name: format!("shorepass-{}", random_name()),
            target: target.clone(),
            access,
            login: key,
            uid: surroundings.uid,
            gid: surroundings.gid,
            env: kept(&surroundings.env),
            begun,
            end: begun + target.robots.as_ref().map_or(0, |robots| robots.life_s),
            id: None,
        };
        let order = record.order(login);
        let making = self.intend(Entry::new(record, surroundings.clone()))?;

        let order = WorkerRequest::MakeRobot(Box::new(order));
        let mut is_closed = self.is_closed.subscribe();
        let answer = tokio::select! {
            biased;
            _ = is_closed.wait_for(|is_closed| *is_closed) => Err(leaving()),
            answer = workers.ask(&order, surroundings) => answer,
        };
        match answer.inspect_err(|error| making.is_unheard_of(error))? {
            RobotMade::Made { id, credential } => {
                making.made(id, credential.life_ms);
                Ok(Exchanged::Credential(credential))
            }
            RobotMade::NotMade { error } => {
                making.came_to_nothing();
                Err(error)
            }
        }
    }

    /// On disk before anybody is asked.
    fn intend(&self, mut entry: Entry) -> Result<Making<'_>, ExchangeError> {
        if *self.is_closed.borrow() {
            return Err(leaving());
        }
        let name = entry.record.name.clone();
        entry.is_busy = true;
        let mut book = self.book();
        book.adopt(self.folder.as_deref());
        if book.entries.len() >= MOST_ROBOTS {
            return Err(too_many());
        }
        let folder = self.folder.as_ref().ok_or_else(|| unrecorded(&io::ErrorKind::NotFound.into()))?;
        book.open(folder).map_err(|error| unrecorded(&error))?;
        book.entries.push(entry);
        if let Err(error) = book.save() {
            book.remove(&name);
            return Err(unrecorded(&error));
        }
        Ok(Making { robots: self, name })
    }
}

/// A robot that is being made. Dropped before anybody knows what came of it, it is to be looked for.
struct Making<'a> {
    robots: &'a Robots,
    name: String,
}

impl Making<'_> {
    fn made(self, id: u64, life_ms: u64) {
        let mut book = self.robots.book();
        if let Some(entry) = book.entry(&self.name) {
            entry.record.id = Some(id);
            entry.record.end = entry.record.begun + Duration::from_millis(life_ms).as_secs();
        }
        book.save_or_say();
    }

    /// It is looked for at once, unless Harbor has asked for patience.
    fn is_unheard_of(&self, error: &ExchangeError) {
        let mut book = self.robots.book();
        if let (Some(entry), Some(after)) = (book.entry(&self.name), error.retry_after) {
            entry.not_before = self.robots.now().steady + after.min(LONGEST_OBEYED);
        }
    }

    fn came_to_nothing(self) {
        let mut book = self.robots.book();
        book.remove(&self.name);
        book.save_or_say();
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.robots.book().entry(&self.name) {
            entry.is_busy = false;
        }
        self.robots.changed.notify_one();
    }
}

fn leaving() -> ExchangeError {
    ExchangeError::new(ErrorKind::Unavailable, "leaving", "the broker leaves and makes no robots any more")
        .with_hint("ask again: another broker will be started")
}

fn unrecorded(error: &io::Error) -> ExchangeError {
    let message = format!("a robot cannot be noted down, so that none is made: {}", error.kind());
    ExchangeError::new(ErrorKind::Unavailable, "robots_unrecorded", message).with_hint(
        "robots are noted in the state folder until they are deleted: make room in it, or name one that can be \
         written in `XDG_STATE_HOME`",
    )
}

fn too_many() -> ExchangeError {
    let message = format!("{MOST_ROBOTS} robots wait to be deleted, so that none is made");
    ExchangeError::new(ErrorKind::Unavailable, "robots_too_many", message)
        .with_hint("to see why they cannot be deleted, run `shorepass broker logs`")
}

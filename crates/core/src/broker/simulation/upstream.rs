//! A registry's cloud that knows the true time, keeps a book of everything it made, and has bad days.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use shorepass_secret::Secret;

use super::{
    chance::Chance,
    world::{Instants, World},
};
use crate::exchange::{
    ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Exchanger, Exchanging, Made, Surroundings,
};

/// The exchanger of a simulation. A clone is the same cloud.
#[derive(Clone)]
pub(super) struct Upstream {
    world: Arc<World>,
    manner: Manner,
    book: Arc<Mutex<Book>>,
}

/// What it is like, the weather apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) seed: u64,
    /// The time that an answer takes, and that of one in twenty.
    pub(super) answers: [Duration; 2],
    pub(super) slow_answers: [Duration; 2],
    /// One exchange in so many fails by itself; none if zero.
    pub(super) fails_one_in: u64,
}

/// How things stand upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    Down,
    Throttled(Duration),
    Refusing,
}

pub(super) struct Book {
    pub(super) weather: Weather,
    pub(super) scopes: Vec<Story>,
    /// On the steady clock.
    pub(super) starts: Vec<Duration>,
    pub(super) made: u64,
    pub(super) failed: u64,
    under_way: usize,
    pub(super) most_under_way: usize,
}

/// What became of one scope.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) life: Duration,
    /// Hands out what it made before until a twelfth of its life is left.
    pub(super) repeats: bool,
    pub(super) calls: u64,
    pub(super) records: HashMap<u64, Record>,
    pub(super) last_failure: Option<(Instants, Duration)>,
    newest: Option<u64>,
}

/// One credential as upstream has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// When it really ends.
    pub(super) ends: Duration,
    /// When nobody who reads both clocks can believe in it any more.
    pub(super) doubtful: Duration,
    /// What was left of it when it was last handed over.
    pub(super) left: Duration,
    /// When that was, by the end of the exchange.
    pub(super) handed: Duration,
}

impl Upstream {
    pub(super) fn new(world: Arc<World>, manner: Manner, scopes: Vec<Story>) -> Self {
        let book = Book {
            weather: Weather::Fair,
            scopes,
            starts: Vec::new(),
            made: 0,
            failed: 0,
            under_way: 0,
            most_under_way: 0,
        };
        Self { world, manner, book: Arc::new(Mutex::new(book)) }
    }

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    pub(super) fn manner(&self) -> Manner {
        self.manner
    }

    fn takes(&self, chance: &mut Chance) -> Duration {
        let [least, most] = if chance.one_in(20) { self.manner.slow_answers } else { self.manner.answers };
        chance.between(least, most)
    }

    fn answer(&self, index: usize, begun: Instants, chance: &mut Chance) -> Result<Exchanged, ExchangeError> {
        let now = self.world.instants();
        let mut book = self.book();
        book.under_way -= 1;
        let failure = match book.weather {
            Weather::Down => Some((ErrorKind::Unavailable, None)),
            Weather::Throttled(after) => Some((ErrorKind::Unavailable, Some(after))),
            Weather::Refusing => Some((ErrorKind::Denied, None)),
            Weather::Fair if chance.one_in(self.manner.fails_one_in) => Some((ErrorKind::Unexpected, None)),
            Weather::Fair => None,
        };
        if let Some((kind, after)) = failure {
            let least = if kind.is_refusal() { 10 } else { 2 };
            let pause =
                after.unwrap_or_default().min(Duration::from_secs(300)).max(Duration::from_secs(least));
            book.failed += 1;
            book.scopes[index].last_failure = Some((now, pause));
            return Err(ExchangeError::new(kind, CODE, "as the weather is").with_retry_after(after));
        }
        book.made += 1;
        let (number, record) = book.scopes[index].make(begun, now);
        Ok(Exchanged::Credential(Made {
            username: "AWS".into(),
            secret: Secret::new(number.to_string()),
            life_ms: u64::try_from(record.left.as_millis()).unwrap(),
            principal: None,
            is_lasting: false,
            clock_ahead_ms: 0,
            renewable_ms: None,
        }))
    }
}

impl Story {
    pub(super) fn living(life: Duration) -> Self {
        Self { life, ..Self::default() }
    }

    pub(super) fn repeating(life: Duration) -> Self {
        Self { life, repeats: true, ..Self::default() }
    }

    /// Whether somebody who reads both clocks can have a credential and believe in it.
    pub(super) fn has_valid(&self, now: Instants) -> bool {
        self.records.values().any(|record| now.seen < record.doubtful && now.truth < record.ends)
    }

    fn make(&mut self, begun: Instants, now: Instants) -> (u64, Record) {
        self.last_failure = None;
        let old = self.newest.and_then(|number| Some((number, *self.records.get(&number)?)));
        let least = self.life / 12;
        let (number, ends) = match old.filter(|(_, old)| self.repeats && old.ends > begun.truth + least) {
            Some((number, old)) => (number, old.ends),
            None => (self.calls, begun.truth + self.life),
        };
        let left = ends - begun.truth;
        let record = Record { ends, doubtful: begun.seen + left, left, handed: now.truth };
        self.records.retain(|_, record| record.ends + Duration::from_secs(3600) > now.truth);
        self.records.insert(number, record);
        self.newest = Some(number);
        (number, record)
    }
}

impl Exchanger for Upstream {
    fn exchange(&self, request: ExchangeRequest, _surroundings: Surroundings) -> Exchanging {
        let this = self.clone();
        let begun = self.world.instants();
        let index: usize = request.target.key().split(' ').find_map(|word| word.parse().ok()).unwrap();
        let mut book = self.book();
        book.starts.push(begun.steady);
        book.under_way += 1;
        book.most_under_way = book.most_under_way.max(book.under_way);
        book.scopes[index].calls += 1;
        let mut chance = Chance::of(self.manner.seed, [index as u64, book.scopes[index].calls]);
        Box::pin(async move {
            tokio::time::sleep(this.takes(&mut chance)).await;
            this.answer(index, begun, &mut chance)
        })
    }
}

const CODE: &str = "simulated";

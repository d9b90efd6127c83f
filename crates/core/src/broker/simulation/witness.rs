//! Holds every answer against what upstream knows.

use std::time::Duration;

use super::{upstream::Story, world::Instants};
use crate::{
    broker::{Answer, Source},
    exchange::ExchangeError,
    schedule,
};

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Witness {
    pub(super) answers: u64,
    pub(super) stale: u64,
    pub(super) errors: u64,
    pub(super) longest_wait: Duration,
    /// Where a claim did not hold.
    pub(super) breaches: Vec<String>,
}

impl Witness {
    pub(super) fn check(
        &mut self,
        index: usize,
        story: &Story,
        [asked, now]: [Instants; 2],
        patience: Duration,
        result: &Result<Answer, ExchangeError>,
    ) {
        let waited = now.steady - asked.steady;
        self.longest_wait = self.longest_wait.max(waited);
        let claim = match result {
            Ok(answer) => self.answer(answer, story, asked, now),
            Err(error) => self.error(story, asked, now).map(|claim| {
                format!("{claim}: {}, asked at {asked:?}, {:?}", error.code, story.last_failure)
            }),
        };
        let patient = (waited > patience).then(|| format!("waited {waited:?}"));
        for breach in claim.into_iter().chain(patient) {
            self.breaches.push(format!("scope {index} (life {:?}) at {now:?}: {breach}", story.life));
        }
    }

    fn answer(&mut self, answer: &Answer, story: &Story, asked: Instants, now: Instants) -> Option<String> {
        self.answers += 1;
        self.stale += u64::from(answer.source == Source::Stale);
        let number: u64 = answer.credential.secret.expose().parse().unwrap();
        let Some(record) = story.records.get(&number) else {
            return Some(format!("handed out {number}, which has ended long ago"));
        };
        if record.ends <= now.truth {
            return Some(format!("handed out {number}, ended {:?} ago", now.truth - record.ends));
        }
        let left = record.ends - now.truth;
        let is_enough = left >= schedule::least_life(record.left);
        let is_brand_new = answer.source == Source::Exchange && record.handed >= asked.truth;
        let was_turned_down = answer.source == Source::Stale && turned_down(story, asked, now);
        (!is_enough && !is_brand_new && !was_turned_down)
            .then(|| format!("handed out {number} from {:?} with {left:?} left", answer.source))
    }

    fn error(&mut self, story: &Story, asked: Instants, now: Instants) -> Option<String> {
        self.errors += 1;
        if story.has_valid(now) {
            Some("failed with a valid credential at hand".into())
        } else if turned_down(story, asked, now) {
            None
        } else {
            Some("failed although upstream had not turned it down just then".into())
        }
    }
}

/// Whether the last exchange failed, while somebody waited for it or so lately that the answer is remembered.
fn turned_down(story: &Story, asked: Instants, now: Instants) -> bool {
    let Some((at, pause)) = story.last_failure else { return false };
    at.steady >= asked.steady || now.steady < at.steady + pause
}

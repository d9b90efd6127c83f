//! The worlds that claims are tried in, and what is said about a voyage through one.

use std::time::Duration;

use super::{
    bed::Bed,
    chance::Chance,
    upstream::{Manner, Story},
};

/// Lets customers ask for `time`, at most `apart` on average; with the mean times between bad weather and
/// between moved clocks, if any.
pub(super) async fn sail(bed: &Bed, apart: Duration, time: Duration, trouble: Option<(Duration, Duration)>) {
    bed.get_all().await;
    let mut chance = Chance::of(bed.upstream.manner().seed, [u64::MAX, 3]);
    let mut tasks = vec![bed.keep_fresh()];
    for index in 0..bed.scopes() {
        tasks.push(bed.customer(index, chance.between(HOUR, apart)));
    }
    if let Some((fair, steady)) = trouble {
        tasks.extend([bed.weather(fair), bed.clocks(steady)]);
    }
    tokio::time::sleep(time).await;
    for task in tasks {
        task.abort();
        assert!(!task.await.is_err_and(|error| error.is_panic()));
    }
}

pub(super) fn report(name: &str, seed: u64, bed: &Bed) {
    let now = bed.world.instants();
    let counters = bed.broker.counters();
    let witness = bed.witness.lock().unwrap();
    let book = bed.upstream.book();
    let years = now.truth.as_secs_f64() / days(365).as_secs_f64();
    println!(
        "{name}, seed {seed:#x}: {} scopes for {years:.2} years ({:.0} scope-years), {} answers ({} stale, {} errors), \
         {} exchanges made and {} failed, longest wait {:?}, {} readings of the clock; {counters:?}",
        bed.scopes(),
        years * bed.scopes() as f64,
        witness.answers,
        witness.stale,
        witness.errors,
        book.made,
        book.failed,
        witness.longest_wait,
        bed.world.readings(),
    );
    let breaches = &witness.breaches;
    assert!(
        breaches.is_empty(),
        "seed {seed:#x}: {} breaches: {:#?}",
        breaches.len(),
        &breaches[..breaches.len().min(5)]
    );
}

pub(super) fn seeds(first: u64) -> impl Iterator<Item = u64> {
    let count = if is_soak() { 10 } else { 1 };
    (0..count).map(move |number| first + number)
}

pub(super) fn days(days: u32) -> Duration {
    days * 24 * HOUR
}

pub(super) fn is_soak() -> bool {
    std::env::var_os("SHOREPASS_SOAK").is_some_and(|value| value == "1")
}

pub(super) fn stormy(seed: u64) -> Manner {
    Manner { fails_one_in: 50, slow_answers: [SECOND, 8 * SECOND], ..calm(seed) }
}

pub(super) fn calm(seed: u64) -> Manner {
    let answers = [Duration::from_millis(200), Duration::from_millis(600)];
    Manner { seed, answers, slow_answers: answers, fails_one_in: 0 }
}

pub(super) fn twelve_hours(count: usize) -> Vec<Story> {
    (0..count).map(|_| Story::living(12 * HOUR)).collect()
}

/// From a minute to twelve hours; few short ones, because each of those is a hundred long ones.
pub(super) fn mixed_lives(seed: u64, count: usize) -> Vec<Story> {
    let mut chance = Chance::of(seed, [u64::MAX, 4]);
    let mut life = || match chance.number() % 100 {
        0 => Story::living(chance.between(MINUTE, 10 * MINUTE)),
        1..=9 => Story::living(chance.between(10 * MINUTE, HOUR)),
        10..=14 => Story::repeating(chance.between(HOUR, 12 * HOUR)),
        15..=39 => Story::living(12 * HOUR),
        _ => Story::living(chance.between(HOUR, 12 * HOUR)),
    };
    (0..count).map(|_| life()).collect()
}

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3600);

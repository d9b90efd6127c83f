//! What holds at every answer, whatever the clocks and the upstream do, and what it may cost.

use super::{
    bed::Bed,
    upstream::{Story, Weather},
    worlds::{HOUR, MINUTE, calm, days, is_soak, mixed_lives, report, sail, seeds, stormy, twelve_hours},
};
use crate::{exchange::Surroundings, schedule};

#[tokio::test(start_paused = true)]
async fn thousands_of_scopes_in_a_storm_get_nothing_ended_and_no_needless_error() {
    for seed in seeds(0x5707) {
        let bed = Bed::new(stormy(seed), mixed_lives(seed, 2_000));
        sail(&bed, 5 * HOUR, days(if is_soak() { 6 } else { 1 }), Some((2 * HOUR, 3 * HOUR))).await;
        report("storm", seed, &bed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_laptop_over_years_gets_nothing_ended_and_no_needless_error() {
    for seed in seeds(0x1a9) {
        let lives = [5, 20, 30, 60, 120, 360, 720, 720].map(|minutes| Story::living(minutes * MINUTE));
        let repeating = [60, 720].map(|minutes| Story::repeating(minutes * MINUTE));
        let bed = Bed::new(stormy(seed), lives.into_iter().chain(repeating).collect());
        sail(&bed, 5 * HOUR, days(if is_soak() { 1_000 } else { 180 }), Some((12 * HOUR, 3 * HOUR))).await;
        report("laptop", seed, &bed);
    }
}

#[tokio::test(start_paused = true)]
async fn calm_weather_costs_as_many_exchanges_as_the_lives_need() {
    let seed = 0xca14;
    let bed = Bed::new(calm(seed), mixed_lives(seed, 500));
    let time = days(2);

    sail(&bed, 90 * MINUTE, time, None).await;

    let book = bed.upstream.book();
    let (mut ideal, mut made) = (0.0, 0.0);
    for (index, story) in book.scopes.iter().enumerate() {
        let jitter = bed.broker.scoper.scope(bed.route(index), &Surroundings::default()).key.jitter();
        if story.repeats {
            continue;
        }
        let needed = 1.0 + (time.as_secs_f64() / schedule::due_age(story.life, jitter).as_secs_f64()).floor();
        let calls = story.calls as f64;
        assert!((calls - needed).abs() <= (needed * 0.05).max(1.0), "{story:?}: {calls} for {needed}");
        (ideal, made) = (ideal + needed, made + calls);
    }
    drop(book);
    println!("calm: {made} exchanges, {ideal} ideal ({:+.2} %)", (made / ideal - 1.0) * 100.0);
    assert!((made / ideal - 1.0).abs() <= 0.05);
    report("calm", seed, &bed);
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_repeats_itself_is_asked_a_few_times_a_life() {
    let bed = Bed::new(calm(5), (0..50).map(|_| Story::repeating(12 * HOUR)).collect());

    sail(&bed, 90 * MINUTE, days(10), None).await;

    // It hands out another one after eleven hours.
    let lives = 50.0 * days(10).as_secs_f64() / (11 * HOUR).as_secs_f64();
    let asked = bed.upstream.book().starts.len() as f64 / lives;
    println!("repeating: asked {asked:.2} times a life");
    assert!(asked < 6.0, "{asked}");
    report("repeating", 5, &bed);
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_costs_no_exchanges() {
    let bed = Bed::new(calm(6), twelve_hours(50));
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    tokio::time::sleep(HOUR).await;

    bed.world.step_back(24 * HOUR);
    tokio::time::sleep(14 * HOUR).await;
    keeper.abort();

    assert_eq!(bed.upstream.book().starts.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn hours_of_sleep_count_though_the_clock_is_set_back_after_them() {
    let bed = Bed::new(calm(7), twelve_hours(1));
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    bed.upstream.book().weather = Weather::Down;

    bed.world.suspend(5 * HOUR);
    tokio::time::sleep(MINUTE).await;
    bed.world.step_back(24 * HOUR);
    tokio::time::sleep(8 * HOUR).await;
    let answer = bed.get(0).await;
    keeper.abort();

    assert!(answer.is_err());
    report("set back", 7, &bed);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_makes_the_same_voyage() {
    let mut voyages = Vec::new();
    for _ in 0..2 {
        let bed = Bed::new(stormy(8), mixed_lives(8, 100));
        sail(&bed, 5 * HOUR, days(1), Some((40 * MINUTE, 3 * HOUR))).await;
        voyages.push((bed.upstream.book().starts.clone(), bed.broker.counters()));
    }

    assert_eq!(voyages[0], voyages[1]);
}

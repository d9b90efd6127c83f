//! Many scopes with one reason to act: they do not act at one moment, and nobody who asks waits for them.

use std::time::Duration;

use super::{
    bed::Bed,
    upstream::Weather,
    worlds::{HOUR, MINUTE, SECOND, calm, report, twelve_hours},
};
use crate::broker::RENEWALS_AT_ONCE;

#[tokio::test(start_paused = true)]
async fn a_resume_from_a_suspend_starts_no_herd() {
    let bed = Bed::new(calm(1), twelve_hours(2_000));
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    tokio::time::sleep(MINUTE).await;
    forget_starts(&bed);

    bed.world.suspend(14 * HOUR);
    tokio::time::sleep(HOUR).await;
    keeper.abort();

    assert_no_herd("resume", &bed, 2_000);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_outage_starts_no_herd() {
    for weather in [Weather::Down, Weather::Throttled(5 * MINUTE)] {
        let bed = Bed::new(calm(2), twelve_hours(2_000));
        bed.get_all().await;
        let keeper = bed.keep_fresh();
        bed.upstream.book().weather = weather;
        tokio::time::sleep(11 * HOUR).await;
        forget_starts(&bed);

        bed.upstream.book().weather = Weather::Fair;
        tokio::time::sleep(HOUR).await;
        keeper.abort();

        assert_no_herd("end of outage", &bed, 1_990);
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_made_at_one_moment_are_renewed_at_many() {
    let bed = Bed::new(calm(3), twelve_hours(2_000));
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    forget_starts(&bed);

    tokio::time::sleep(10 * HOUR).await;
    keeper.abort();

    let starts = bed.upstream.book().starts.clone();
    let spread = *starts.iter().max().unwrap() - *starts.iter().min().unwrap();
    let busiest = most_within(MINUTE, &starts);
    println!("spread: {} renewals over {spread:?}, {busiest} in the busiest minute", starts.len());
    assert_eq!(starts.len(), 2_000);
    assert!(spread > 70 * MINUTE, "{spread:?}");
    // Evenly spread it would be 28.
    assert!(busiest <= 60, "{busiest}");
}

#[tokio::test(start_paused = true)]
async fn somebody_who_asks_does_not_queue_behind_renewals() {
    let bed = Bed::new(calm(4), twelve_hours(2_000));
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    tokio::time::sleep(MINUTE).await;

    bed.world.suspend(14 * HOUR);
    tokio::time::sleep(31 * SECOND).await;
    bed.get_all().await;
    keeper.abort();

    report("queue", 4, &bed);
}

/// Renewals behind the scenes are four at once, so in a second no more start than four can finish, and four.
fn assert_no_herd(name: &str, bed: &Bed, at_least: usize) {
    let book = bed.upstream.book();
    let fastest = bed.upstream.manner().answers[0];
    let most = RENEWALS_AT_ONCE * (1 + SECOND.div_duration_f64(fastest).ceil() as usize);
    let busiest = most_within(SECOND, &book.starts);
    println!("{name}: {} exchanges, {busiest} in the busiest second", book.starts.len());
    assert!(book.starts.len() >= at_least, "{}", book.starts.len());
    assert!(busiest <= most, "{busiest} > {most}");
    assert!(book.most_under_way <= RENEWALS_AT_ONCE, "{}", book.most_under_way);
}

fn most_within(window: Duration, starts: &[Duration]) -> usize {
    let ends = starts.iter().map(|start| starts.partition_point(|other| *other < *start + window));
    ends.enumerate().map(|(index, end)| end - index).max().unwrap_or(0)
}

fn forget_starts(bed: &Bed) {
    let mut book = bed.upstream.book();
    book.starts.clear();
    book.most_under_way = 0;
}

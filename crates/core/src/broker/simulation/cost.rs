//! What the refresh loop costs, in looks at entries and in readings of the clock, not in time.

use super::{
    bed::Bed,
    worlds::{HOUR, SECOND, calm, twelve_hours},
};

#[tokio::test(start_paused = true)]
async fn a_landing_costs_the_same_among_ten_thousand_entries_as_among_a_hundred() {
    let [few, many] = [a_day_of(100).await, a_day_of(10_000).await];

    println!("cost, (looks, readings) per exchange: {few:.2?} among 100, {many:.2?} among 10,000");
    assert!(many.0 < 2.0 && many.0 < few.0 * 1.5, "{few:?} {many:?}");
    assert!(many.1 < 10.0, "{few:?} {many:?}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_cache_wakes_nobody() {
    let bed = of(3);
    let keeper = bed.keep_fresh();
    tokio::time::sleep(HOUR).await;
    let before_the_first = bed.world.readings();
    bed.get_all().await;
    bed.broker.forget(None, None);
    // The loop's last timer runs out.
    tokio::time::sleep(31 * SECOND).await;
    let emptied = bed.world.readings();

    tokio::time::sleep(1_000 * HOUR).await;
    keeper.abort();

    // One by the broker when it is made, one when the state is made, one by the loop.
    assert_eq!(before_the_first, 3);
    assert_eq!(bed.world.readings(), emptied);
}

#[tokio::test(start_paused = true)]
async fn a_cache_at_rest_is_looked_at_twice_a_minute_and_no_entry_in_it() {
    let bed = of(1_000);
    bed.get_all().await;
    let keeper = bed.keep_fresh();
    tokio::time::sleep(HOUR).await;
    let (looks, readings) = (bed.broker.lock().cache.looks(), bed.world.readings());

    tokio::time::sleep(6 * HOUR).await;
    keeper.abort();

    assert_eq!(bed.broker.lock().cache.looks(), looks);
    assert_eq!(bed.world.readings() - readings, 6 * 120);
}

/// Looks and readings per exchange, the loop's own rhythm apart.
async fn a_day_of(scopes: usize) -> (f64, f64) {
    let bed = of(scopes);
    let keeper = bed.keep_fresh();
    bed.get_all().await;
    tokio::time::sleep(23 * HOUR).await;
    keeper.abort();

    let exchanges = bed.broker.counters().exchanges as f64;
    assert!(exchanges >= scopes as f64 * 2.9, "{exchanges}");
    let rhythm = 23.0 * 120.0;
    let readings = (bed.world.readings() as f64 - rhythm) / exchanges;
    (bed.broker.lock().cache.looks() as f64 / exchanges, readings)
}

fn of(scopes: usize) -> Bed {
    Bed::new(calm(9), twelve_hours(scopes))
}

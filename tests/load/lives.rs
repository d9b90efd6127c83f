//! Hours in a minute: many passwords that live for seconds, callers without a pause, an upstream that stumbles.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use shorepass_core::{
    clock::{Clock as _, SystemClock},
    schedule::{self, Jitter},
};
use shorepass_tests::{
    bed::Bed,
    cloud::{
        Fault, Times,
        aws::{Aws, Service},
    },
};

use crate::alone;

#[test]
fn for_a_minute_of_six_second_lives_every_answer_is_good_and_no_exchange_is_wasted() {
    let _alone = alone();
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(LIFE);
    let bed = Bed::of(&cloud, "alice");
    let (clock, answers) = (SystemClock::new(), AtomicUsize::new(0));
    let is_over = || clock.now().steady > LENGTH;

    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (bed, cloud, answers) = (&bed, &cloud, &answers);
            scope.spawn(move || {
                for round in 0.. {
                    if is_over() {
                        break;
                    }
                    let (username, secret) =
                        bed.helper("get", &registry(caller + round * CALLERS)).credential();
                    assert!(cloud.issued().is_valid(&username, &secret), "an ended password was handed out");
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while !is_over() {
            thread::sleep(LIFE);
            cloud.knobs().fail(Service::Ecr, Fault::status(503, "ServiceUnavailable"), Times::Next(2));
        }
    });

    let renewed_at = schedule::due_age(LIFE, Jitter::new(u32::MAX / 2));
    let needed = REGISTRIES as f64 * LENGTH.div_duration_f64(renewed_at);
    let asked = cloud.issued().count();
    println!("{} answers, {asked} passwords, {needed:.0} ideal", answers.load(Ordering::Relaxed));
    assert!(asked as f64 >= needed * 0.8, "{asked} passwords: they were not renewed");
    assert!((asked as f64) <= needed * 1.2, "{asked} passwords for {needed:.0}");
    assert!(answers.load(Ordering::Relaxed) > 1_000);
}

fn registry(number: usize) -> String {
    format!("{:012}.dkr.ecr.eu-west-1.amazonaws.com", 100_000_000_000 + number % REGISTRIES)
}

const CALLERS: usize = 4;
const REGISTRIES: usize = 20;
const LIFE: Duration = Duration::from_secs(6);
const LENGTH: Duration = Duration::from_secs(60);

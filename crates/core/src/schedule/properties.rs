//! What the rules hold for every life, jitter and pair of clocks.

use std::time::SystemTime;

use proptest::prelude::*;
use shorepass_secret::Secret;

use super::*;

proptest! {
    #[test]
    fn a_longer_life_is_due_later_and_never_by_a_leap((a, b) in two_lives(), jitter in jitters()) {
        let (due_a, due_b) = (due_age(a, jitter), due_age(b, jitter));

        prop_assert!(due_a <= due_b + ROUNDING, "{due_a:?} {due_b:?}");
        prop_assert!(due_b - due_a.min(due_b) <= b - a + ROUNDING, "{due_a:?} {due_b:?}");
    }

    #[test]
    fn the_least_life_grows_with_the_life_without_a_cliff((a, b) in two_lives()) {
        let (least_a, least_b) = (least_life(a), least_life(b));

        prop_assert!(least_a <= least_b);
        prop_assert!(least_b - least_a <= (b - a) / 2 + ROUNDING);
        prop_assert!(least_b <= LEAST_LIFE && least_b <= b / 2);
    }

    #[test]
    fn due_comes_before_short_for_lives_of_a_second_to_for_ever(life in 1..=u64::MAX, jitter in jitters()) {
        let life = Duration::from_secs(life);
        let due = due_age(life, jitter);

        prop_assert!(due > Duration::ZERO && due < life - least_life(life), "{due:?}");
        prop_assert!(due >= life.mul_f64(0.4), "{due:?}");
    }

    #[test]
    fn no_clock_that_goes_on_makes_a_credential_better(
        life in lives(), jitter in jitters(), wall in shares(), steady in shares(), on_wall in shares(), on_steady in shares(),
    ) {
        let credential = living(life);
        let [wall, steady, on_wall, on_steady] = [wall, steady, on_wall, on_steady].map(|share| life.mul_f64(share));
        let rank = |wall, steady| standing(&credential, jitter, after(wall, steady)) as u8;

        prop_assert!(rank(wall, steady) <= rank(wall + on_wall, steady));
        prop_assert!(rank(wall, steady) <= rank(wall, steady + on_steady));
    }

    #[test]
    fn a_wall_clock_set_back_gives_no_more_than_the_steady_clock_allows(
        life in lives(), jitter in jitters(), steady in shares(), back in 0_u64..1_000_000,
    ) {
        let credential = living(life);
        let steady = life.mul_f64(steady);
        let set_back = Moment { wall: START + steady - Duration::from_secs(back), steady };

        let by_steady = after(steady, steady);
        prop_assert_eq!(standing(&credential, jitter, set_back), standing(&credential, jitter, by_steady));
        prop_assert_eq!(until_due(&credential, jitter, set_back), until_due(&credential, jitter, by_steady));
    }

    #[test]
    fn a_leap_of_the_wall_clock_over_the_end_ends_it(life in lives(), jitter in jitters(), over in 0_u64..1_000_000) {
        let leapt = after(life + Duration::from_secs(over), Duration::ZERO);

        prop_assert_eq!(standing(&living(life), jitter, leapt), Standing::Expired);
    }

    #[test]
    fn after_the_pause_until_due_it_is_due(life in lives(), jitter in jitters(), age in shares()) {
        let credential = living(life);
        let age = life.mul_f64(age);
        let pause = until_due(&credential, jitter, after(age, age));
        let then = age + pause;

        let now = standing(&credential, jitter, after(age, age));
        prop_assert_eq!(now == Standing::Fresh, !pause.is_zero());
        if now == Standing::Fresh {
            prop_assert_eq!(standing(&credential, jitter, after(then, then)), Standing::Due);
        }
    }

    #[test]
    fn backoff_grows_within_its_bounds(failures: u32, seeds: [u32; 2]) {
        let [low, high] = [seeds[0].min(seeds[1]), seeds[0].max(seeds[1])].map(Jitter::new);
        let pause = backoff(failures, low);

        prop_assert!(pause >= FIRST_BACKOFF / 2 && pause <= LONGEST_BACKOFF);
        prop_assert!(pause <= backoff(failures, high));
        prop_assert!(pause <= backoff(failures.saturating_add(1), low));
    }

    #[test]
    fn what_an_upstream_asks_for_is_kept_spread_and_bounded(failures: u32, seconds: u64, jitter in jitters()) {
        let asked_for = Duration::from_secs(seconds);
        let pause = pause(failures, Some(asked_for), jitter);

        prop_assert!(pause >= asked_for.min(LONGEST_OBEYED));
        prop_assert!(pause >= backoff(failures, jitter));
        prop_assert!(pause <= LONGEST_OBEYED.max(LONGEST_BACKOFF).mul_f64(1.2));
    }

    #[test]
    fn an_upstream_that_repeats_itself_to_the_end_is_asked_a_few_times(life in lives(), jitter in jitters()) {
        let credential = living(life);
        let mut age = due_age(life, jitter);
        let mut tries = 0;
        while standing(&credential, jitter, after(age, age)) != Standing::Expired {
            let pause = until_another(&credential, after(age, age));
            prop_assert!(pause >= FIRST_BACKOFF);
            age += pause;
            tries += 1;
        }

        // Once for the last tenth, then one for each halving of it.
        let halvings = (life.as_secs_f64() / 10.0 / FIRST_BACKOFF.as_secs_f64()).max(1.0).log2();
        prop_assert!(f64::from(tries) <= halvings + 5.0, "{tries} {halvings}");
    }
}

#[test]
fn no_life_is_over_at_once_and_nothing_divides_by_it() {
    for jitter in [Jitter(0.0), Jitter(1.0)] {
        assert_eq!(
            standing(&living(Duration::ZERO), jitter, after(Duration::ZERO, Duration::ZERO)),
            Standing::Expired
        );
        assert_eq!(due_age(Duration::ZERO, jitter), Duration::ZERO);
        assert!(due_age(Duration::MAX, jitter) < Duration::MAX - LEAST_LIFE);
    }
}

/// Up to ten years, short ones as often as long ones.
fn lives() -> impl Strategy<Value = Duration> {
    prop_oneof![1_000_u64..1_000_000, 1_000_u64..90_000_000, 1_000_u64..315_360_000_000]
        .prop_map(Duration::from_millis)
}

fn two_lives() -> impl Strategy<Value = (Duration, Duration)> {
    (lives(), lives()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn jitters() -> impl Strategy<Value = Jitter> {
    any::<u32>().prop_map(Jitter::new)
}

fn shares() -> impl Strategy<Value = f64> {
    0.0..1.2
}

fn living(life: Duration) -> Credential {
    Credential {
        username: "AWS".into(),
        secret: Secret::new("s"),
        issued: after(Duration::ZERO, Duration::ZERO),
        expires_at: START + life,
        is_lasting: false,
        clock_ahead_ms: 0,
    }
}

fn after(wall: Duration, steady: Duration) -> Moment {
    Moment { wall: START + wall, steady }
}

const START: SystemTime = SystemTime::UNIX_EPOCH;
/// Of a share of ten years.
const ROUNDING: Duration = Duration::from_micros(1);

//! Decides when a credential is due, too short-lived to hand out, or to be tried for again.
//!
//! Pure functions of the instants handed in: nothing here sleeps, spawns or asks the time, so every
//! rule can be tested at the edge it draws.

use std::time::Duration;

use crate::{clock::Moment, credential::Credential};

/// What a credential is good for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Hand it out.
    Fresh,
    /// Hand it out, and renew it behind the scenes.
    Due,
    /// It would end while a client still uses it: hand it out only if there is no better one to be had.
    Short,
    /// Of no use to anybody.
    Expired,
}

/// A fraction between 0 and 1, fixed for a scope, that keeps scopes from acting at the same moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jitter(f64);

impl Jitter {
    /// From any well-mixed number.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self(f64::from(seed) / f64::from(u32::MAX))
    }
}

/// What the credential is good for at `now`.
#[must_use]
pub fn standing(credential: &Credential, jitter: Jitter, now: Moment) -> Standing {
    let remaining = credential.remaining(now);
    if remaining.is_zero() {
        Standing::Expired
    } else if remaining < least_life(credential.life()) {
        Standing::Short
    } else if credential.age(now) >= due_age(credential.life(), jitter) {
        Standing::Due
    } else {
        Standing::Fresh
    }
}

/// How long until the credential is due; zero when it is.
#[must_use]
pub fn until_due(credential: &Credential, jitter: Jitter, now: Moment) -> Duration {
    due_age(credential.life(), jitter).saturating_sub(credential.age(now))
}

/// The age at which a credential is renewed: 75 % of its life, give or take 5 %, and in any case
/// before it is too short to hand out.
#[must_use]
pub fn due_age(life: Duration, Jitter(jitter): Jitter) -> Duration {
    let share = 0.75 + 0.05 * (2.0 * jitter - 1.0);
    let before_short = life.saturating_sub(least_life(life)).mul_f64(share + 0.15);
    life.mul_f64(share).min(before_short)
}

/// What must be left of a credential to be handed out: BuildKit uses an answer again for 290 s.
#[must_use]
pub fn least_life(life: Duration) -> Duration {
    LEAST_LIFE.min(life / 2)
}

/// The pause after the `failures`th failure in a row: 5 s, doubled each time, at most 5 min, and
/// spread over the upper half of that.
#[must_use]
pub fn backoff(failures: u32, Jitter(jitter): Jitter) -> Duration {
    let whole = FIRST_BACKOFF.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST_BACKOFF);
    whole.mul_f64(0.5 + 0.5 * jitter)
}

/// The pause before another try behind the scenes: the backoff, or what the upstream asked for and up to a
/// fifth more, since it asks all scopes at once.
#[must_use]
pub fn pause(failures: u32, retry_after: Option<Duration>, jitter: Jitter) -> Duration {
    let asked_for = retry_after.unwrap_or_default().min(LONGEST_OBEYED);
    backoff(failures, jitter).max(asked_for.mul_f64(1.0 + 0.2 * jitter.0))
}

/// The pause when an upstream answered with what we have already: until a tenth of the life is left, and from
/// then on half of what is left.
#[must_use]
pub fn until_another(credential: &Credential, now: Moment) -> Duration {
    let remaining = credential.remaining(now);
    let last_tenth = credential.life() / 10;
    let pause = if remaining > last_tenth { remaining - last_tenth } else { remaining / 2 };
    pause.max(FIRST_BACKOFF)
}

/// How long a refusal is remembered for a scope.
pub const REFUSAL_REMEMBERED: Duration = Duration::from_secs(10);

/// The least pause between two exchanges of a scope that somebody waits for.
pub const LEAST_PAUSE: Duration = Duration::from_secs(2);

/// An upstream may ask for patience, but not for a day.
pub const LONGEST_OBEYED: Duration = Duration::from_secs(5 * 60);

/// The longest the refresh loop sleeps while anything is at hand: its timer stands still in a suspend.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(30);

const LEAST_LIFE: Duration = Duration::from_secs(6 * 60);
const FIRST_BACKOFF: Duration = Duration::from_secs(5);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;
    use shorepass_secret::Secret;

    use super::*;

    const MIDDLE: Jitter = Jitter(0.5);

    #[test]
    fn a_twelve_hour_token_is_due_after_nine() {
        let life = 12 * HOUR;

        assert_eq!(due_age(life, MIDDLE), 9 * HOUR);
        assert_eq!(due_age(life, Jitter(0.0)), life.mul_f64(0.70));
        assert_eq!(due_age(life, Jitter(1.0)), life.mul_f64(0.80));
    }

    #[test]
    fn the_edges_of_a_life_are_where_the_rules_say() {
        let credential = living(12 * HOUR);
        let second = Duration::from_secs(1);
        let at = |age: Duration| standing(&credential, MIDDLE, after(age, age));

        assert_eq!(at(9 * HOUR - second), Standing::Fresh);
        assert_eq!(at(9 * HOUR), Standing::Due);
        assert_eq!(at(12 * HOUR - LEAST_LIFE), Standing::Due);
        assert_eq!(at(12 * HOUR - LEAST_LIFE + second), Standing::Short);
        assert_eq!(at(12 * HOUR - second), Standing::Short);
        assert_eq!(at(12 * HOUR), Standing::Expired);
    }

    #[test]
    fn either_clock_can_end_a_life() {
        let credential = living(HOUR);

        let slept = standing(&credential, MIDDLE, after(14 * HOUR, Duration::ZERO));
        let set_back = standing(&credential, MIDDLE, after(Duration::ZERO, HOUR));

        assert_eq!((slept, set_back), (Standing::Expired, Standing::Expired));
    }

    #[test]
    fn failures_wait_longer_each_time_and_never_longer_than_five_minutes() {
        let waits: Vec<u64> = (1..=8).map(|failures| backoff(failures, Jitter(1.0)).as_secs()).collect();

        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(backoff(u32::MAX, Jitter(0.0)), LONGEST_BACKOFF / 2);
    }

    proptest! {
        #[test]
        fn a_credential_is_due_while_it_can_still_be_handed_out(life in 2_u64..90_000, seed: u32) {
            let life = Duration::from_secs(life);
            let due = due_age(life, Jitter::new(seed));

            prop_assert!(due > Duration::ZERO);
            prop_assert!(due < life - least_life(life));
        }

        #[test]
        fn a_credential_only_grows_older(life in 1_u64..90_000, seed: u32, a in 0_u64..100_000, b in 0_u64..100_000) {
            let credential = living(Duration::from_secs(life));
            let rank = |age: u64| {
                let age = Duration::from_secs(age);
                standing(&credential, Jitter::new(seed), after(age, age)) as u8
            };

            prop_assert!(rank(a.min(b)) <= rank(a.max(b)));
        }
    }

    fn living(life: Duration) -> Credential {
        let issued = Moment { wall: SystemTime::UNIX_EPOCH, steady: Duration::ZERO };
        Credential {
            username: "AWS".into(),
            secret: Secret::new("s"),
            issued,
            expires_at: issued.wall + life,
            is_lasting: false,
            clock_ahead_ms: 0,
        }
    }

    fn after(wall: Duration, steady: Duration) -> Moment {
        Moment { wall: SystemTime::UNIX_EPOCH + wall, steady }
    }

    const HOUR: Duration = Duration::from_secs(3600);
}

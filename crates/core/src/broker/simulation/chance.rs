//! Numbers that look random and are the same for the same seed (splitmix64), on every machine.

use std::time::Duration;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of one thing in one run: who draws before it makes no difference.
    pub(super) fn of(seed: u64, what: [u64; 2]) -> Self {
        let mut chance = Self(seed);
        for number in what {
            chance.0 = chance.number() ^ number;
        }
        chance
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn one_in(&mut self, many: u64) -> bool {
        many != 0 && self.number().is_multiple_of(many)
    }

    /// To the millisecond.
    pub(super) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let width = u64::try_from((most - least).as_millis()).unwrap_or(u64::MAX).max(1);
        least + Duration::from_millis(self.number() % width)
    }

    /// The gap to the next of many things that happen at any time: short ones often, long ones now and then.
    pub(super) fn about(&mut self, mean: Duration) -> Duration {
        let share = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        mean.mul_f64(-(1.0 - share).ln()).max(Duration::from_millis(1))
    }
}

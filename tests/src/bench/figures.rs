//! Medians and percentiles of times.

use std::time::{Duration, Instant};

/// Times of one thing, in no order.
#[derive(Debug, Default, Clone)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn median(&mut self) -> Duration {
        self.at(0.5)
    }

    /// The time that this share of all does not exceed; zero when there are none.
    pub(super) fn at(&mut self, share: f64) -> Duration {
        self.0.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let place = (self.0.len() as f64 * share) as usize;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// The middle one.
pub(super) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(super) fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

/// `1.23 ms`
pub(super) fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// `123 µs`
pub(super) fn us(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch")]
pub(super) fn now() -> Instant {
    Instant::now()
}

//! How many pulls each address and each personal account has left in the last six hours.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// When each of them pulled.
#[derive(Default)]
pub(super) struct Pulls(Mutex<HashMap<String, Vec<SystemTime>>>);

impl Pulls {
    /// How many a source has left at this moment.
    pub(super) fn left(&self, source: &str, most: usize, now: SystemTime) -> usize {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pulls = book.entry(source.into()).or_default();
        pulls.retain(|at| *at + WINDOW > now);
        most.saturating_sub(pulls.len())
    }

    pub(super) fn note(&self, source: &str, now: SystemTime) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.entry(source.into()).or_default().push(now);
    }
}

/// An address of IPv6 counts with its neighbours in the same /64.
pub(super) fn source_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    }
}

pub(super) const WINDOW: Duration = Duration::from_secs(21_600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::clock::ServerClock;

    #[test]
    fn a_pull_is_forgotten_after_six_hours() {
        let (pulls, now) = (Pulls::default(), ServerClock::default().now());
        pulls.note("a", now);

        assert_eq!((pulls.left("a", 2, now), pulls.left("b", 2, now)), (1, 2));
        assert_eq!(pulls.left("a", 2, now + WINDOW), 2);
    }

    #[test]
    fn neighbours_of_ipv6_are_one_source() {
        let sources =
            ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map(|text| source_of(text.parse().unwrap()));

        assert!(sources[0] == sources[1] && sources[0] != sources[2]);
    }
}

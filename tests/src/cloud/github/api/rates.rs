//! How many requests each app or person has left in this hour.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::cloud::http::Reply;

/// When an hour began for somebody, and how many requests there were since.
#[derive(Default)]
pub(in crate::cloud::github) struct Rates(Mutex<HashMap<String, (u64, usize)>>);

/// How one of them stands after a request.
pub(super) struct Count {
    most: usize,
    /// None when the request was one too many.
    pub(super) left: Option<usize>,
    /// Seconds since 1970.
    reset: u64,
}

impl Rates {
    pub(super) fn count(&self, principal: &str, most: usize, now: u64) -> Count {
        let mut hours = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, used) = hours.entry(principal.into()).or_insert((now, 0));
        if now >= *began + HOUR {
            (*began, *used) = (now, 0);
        }
        *used += 1;
        Count { most, left: most.checked_sub(*used), reset: *began + HOUR }
    }
}

impl Count {
    pub(super) fn head(&self, reply: Reply) -> Reply {
        let left = self.left.unwrap_or_default();
        reply
            .with_header("x-ratelimit-limit", self.most.to_string())
            .with_header("x-ratelimit-remaining", left.to_string())
            .with_header("x-ratelimit-used", (self.most - left).to_string())
            .with_header("x-ratelimit-reset", self.reset.to_string())
            .with_header("x-ratelimit-resource", "core")
    }
}

const HOUR: u64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_with_the_first_request_and_then_everything_is_free_again() {
        let rates = Rates::default();
        let left = |now| rates.count("a", 2, now).left;

        assert_eq!((left(0), left(1), left(3599), left(3600)), (Some(1), Some(0), None, Some(1)));
        assert_eq!(rates.count("b", 2, 0).left, Some(1));
    }
}

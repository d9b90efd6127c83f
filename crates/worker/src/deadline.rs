//! The worker's own end: a little before the broker's, so that the answer can say what took so long.

use std::{env, time::Duration};

/// How long the work may take.
#[must_use]
pub fn own_limit() -> Duration {
    let enforced = env::var("SHOREPASS_DEADLINE_MS").ok().and_then(|text| text.parse().ok());
    own(enforced.map_or(DEFAULT, Duration::from_millis))
}

fn own(enforced: Duration) -> Duration {
    enforced - MARGIN.min(enforced / 4)
}

const DEFAULT: Duration = Duration::from_secs(30);
const MARGIN: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_deadline_lies_before_the_enforced_one() {
        assert_eq!(own(Duration::from_secs(30)), Duration::from_millis(29_500));
        assert_eq!(own(Duration::from_millis(100)), Duration::from_millis(75));
        assert_eq!(own(Duration::ZERO), Duration::ZERO);
    }
}

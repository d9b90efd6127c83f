//! Instants of the broker's as distances from now.

use std::time::{Duration, SystemTime};

/// `11h 20m`, `45s`; past instants as `3m ago`. Text that is no instant is returned as it is.
pub(crate) fn ahead(now: SystemTime, instant: &str) -> String {
    let Ok(then) = humantime::parse_rfc3339_weak(instant) else { return super::one_line(instant) };
    match then.duration_since(now) {
        Ok(left) => span(left),
        Err(past) => format!("{} ago", span(past.duration())),
    }
}

/// The two largest units.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_two_units_at_most() {
        for (seconds, text) in [
            (0, "0s"),
            (59, "59s"),
            (61, "1m 1s"),
            (43_199, "11h 59m"),
            (90_000, "1d 1h"),
            (864_000, "10d 0h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn what_is_over_is_said_to_be_over() {
        let now = humantime::parse_rfc3339("2026-01-01T12:00:00Z").unwrap();

        assert_eq!(ahead(now, "2026-01-01T12:00:30Z"), "30s");
        assert_eq!(ahead(now, "2026-01-01T11:57:00.5Z"), "2m 59s ago");
        assert_eq!(ahead(now, "never"), "never");
    }
}

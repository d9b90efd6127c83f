//! The fake cloud's own clock, which can be set apart from the machine's.
//!
//! Everything the cloud dates or judges by date goes through it: signatures, sessions, tokens and the
//! `Date` header.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A clock that may be ahead of or behind the machine's.
#[derive(Debug, Clone, Default)]
pub struct ServerClock {
    ahead_ms: Arc<AtomicI64>,
}

impl ServerClock {
    /// What the cloud takes for now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        let ahead = self.ahead_ms.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        let machine = machine_time();
        if ahead < 0 { machine - by } else { machine + by }
    }

    /// Sets the clock; negative is behind the machine's.
    pub fn set_ahead_ms(&self, ahead_ms: i64) {
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// How far it is ahead.
    #[must_use]
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }
}

/// Seconds since 1970, with fraction.
#[must_use]
pub fn epoch_seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH).map_or(0.0, |since| (since.as_secs_f64() * 1000.0).round() / 1000.0)
}

/// Whole seconds since 1970.
#[must_use]
pub fn whole_seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Milliseconds since 1970.
#[must_use]
pub fn epoch_millis(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// `2026-11-21T03:00:00Z`, with a fraction only when there is one.
#[must_use]
pub fn iso(at: SystemTime) -> String {
    let millis = epoch_millis(at);
    let at = UNIX_EPOCH + Duration::from_millis(millis);
    if millis.is_multiple_of(1000) {
        humantime::format_rfc3339_seconds(at).to_string()
    } else {
        humantime::format_rfc3339_millis(at).to_string()
    }
}

/// `20261121T030000Z`, as signatures are dated.
#[must_use]
pub fn compact(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string().replace(['-', ':'], "")
}

/// Reads `20261121T030000Z`.
#[must_use]
pub fn parse_compact(text: &str) -> Option<SystemTime> {
    if text.len() != 16 || !text.is_ascii() {
        return None;
    }
    let part = |from: usize, to: usize| &text[from..to];
    let spelled = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(9, 11),
        part(11, 13),
        part(13, 15)
    );
    (text.as_bytes()[8] == b'T' && text.ends_with('Z'))
        .then(|| humantime::parse_rfc3339(&spelled).ok())
        .flatten()
}

/// The `Date` header's form (RFC 9110, IMF-fixdate).
#[must_use]
pub fn http_date(at: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = usize::try_from(whole_seconds(at) / 86_400 % 7).unwrap_or(0);
    let spelled = humantime::format_rfc3339_seconds(at).to_string();
    let month = spelled[5..7].parse::<usize>().unwrap_or(1);
    format!(
        "{}, {} {} {} {} GMT",
        DAYS[day],
        &spelled[8..10],
        MONTHS[month - 1],
        &spelled[..4],
        &spelled[11..19]
    )
}

#[expect(clippy::disallowed_methods, reason = "the one place where the fake cloud asks the machine")]
fn machine_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_forms_that_the_wire_wants() {
        let at = parse_compact("20150830T123600Z").unwrap();

        assert_eq!(whole_seconds(at), 1_440_938_160);
        assert_eq!(iso(at), "2015-08-30T12:36:00Z");
        assert_eq!(iso(at + Duration::from_millis(250)), "2015-08-30T12:36:00.250Z");
        assert_eq!(compact(at), "20150830T123600Z");
        assert_eq!(http_date(at), "Sun, 30 Aug 2015 12:36:00 GMT");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "20150830T123600", "2015-08-30T12:36Z", "20151330T123600Z", "20150830X123600Z"] {
            assert_eq!(parse_compact(text), None, "{text}");
        }
    }
}

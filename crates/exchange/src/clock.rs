//! The time of day, and how a time is shown.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::{DateTime, date_time::Format};

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "the one place of this program that asks the time")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Milliseconds since 1970; a time before that is 1970.
pub(crate) fn since_epoch_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// `2026-01-31T12:00:00Z`
pub(crate) fn show(time: SystemTime) -> String {
    let whole = DateTime::from_secs(i64::try_from(since_epoch_ms(time) / 1000).unwrap_or(i64::MAX));
    whole.fmt(Format::DateTime).unwrap_or_else(|_| "an unknown time".into())
}

/// Reads `2026-01-31T12:00:00Z`, an offset instead of `Z`, and the `UTC` of older AWS CLIs.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |start| format!("{start}Z"));
    DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?.try_into().ok()
}

/// `2 h`, `5 min`, `30 s`: enough for a person to see what is wrong.
pub(crate) fn show_span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_every_aws_cli_are_the_same_time() {
        let expected = UNIX_EPOCH + Duration::from_secs(1_767_225_600);

        for text in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00UTC", "2026-01-01T01:00:00+01:00"] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        assert_eq!(parse("tomorrow"), None);
        assert_eq!(show(expected), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn spans_are_shown_in_one_unit() {
        let shown = [30, 300, 9000, 604_800].map(|seconds| show_span(Duration::from_secs(seconds)));

        assert_eq!(shown, ["30 s", "5 min", "2 h", "7 days"]);
    }
}

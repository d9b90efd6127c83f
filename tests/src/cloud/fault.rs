//! What can be made to go wrong at a service, and for how many calls.

use std::time::{Duration, SystemTime};

use super::{clock::http_date, error::ApiError, http::Reply, random};

/// One kind of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// An error of the service's own protocol.
    Error(ApiError),
    /// 429 with `Retry-After`.
    Throttle(Duration),
    /// 429 with the date that is so far ahead as `Retry-After`, rounded up to the second.
    ThrottleUntil(Duration),
    /// 503 with `Retry-After`, in the words of whatever stands before the service.
    Busy(Duration),
    /// The same with a date that is so far ahead, rounded up to the second.
    BusyUntil(Duration),
    /// The connection is closed without an answer.
    HangUp,
    /// 200 with bytes that are no answer.
    Garbage,
    /// 200 with a body of that many bytes.
    Huge(usize),
    /// No answer for that long, then the connection is closed.
    Silence(Duration),
}

impl Fault {
    /// As the service's own clock dates it.
    pub(crate) fn reply(&self, service: impl Speaks, now: SystemTime) -> Reply {
        match self {
            Self::Error(error) => service.say(error),
            Self::Throttle(after) => {
                service.say(&service.too_many()).with_header("retry-after", seconds(*after))
            }
            Self::ThrottleUntil(after) => {
                service.say(&service.too_many()).with_header("retry-after", date(now + *after))
            }
            Self::Busy(after) => Reply::text(503, BUSY).with_header("retry-after", seconds(*after)),
            Self::BusyUntil(after) => Reply::text(503, BUSY).with_header("retry-after", date(now + *after)),
            Self::HangUp => Reply::hang_up(),
            Self::Garbage => Reply::new(200, "application/octet-stream", random::bytes(512)),
            Self::Huge(size) => Reply::new(200, "application/json", vec![b'['; *size]),
            Self::Silence(wait) => Reply { after: *wait, ..Reply::hang_up() },
        }
    }

    /// What the audit line says.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Error(error) => error.code.clone(),
            Self::Throttle(_) | Self::ThrottleUntil(_) => "throttled".into(),
            Self::Busy(_) | Self::BusyUntil(_) => "busy".into(),
            Self::HangUp => "hang-up".into(),
            Self::Garbage => "garbage".into(),
            Self::Huge(_) => "huge".into(),
            Self::Silence(_) => "silence".into(),
        }
    }
}

/// How a service words its errors.
pub trait Speaks: Copy {
    /// The error in the service's own protocol.
    fn say(self, error: &ApiError) -> Reply;

    /// What it says to those who ask too often.
    fn too_many(self) -> ApiError;
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next so many calls.
    Next(usize),
    /// Every call until it is healed.
    UntilHealed,
}

fn seconds(after: Duration) -> String {
    after.as_secs_f64().ceil().to_string()
}

fn date(at: SystemTime) -> String {
    http_date(at + Duration::from_millis(999))
}

const BUSY: &str = "no server is available to handle this request";

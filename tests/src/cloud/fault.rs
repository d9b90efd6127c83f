//! What can be made to go wrong at a service, and for how many calls.

use std::time::Duration;

use super::{error::AwsError, http::Reply, operation::Service, random};

/// One kind of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// An error of the service's own protocol.
    Error(AwsError),
    /// 429 with `Retry-After`.
    Throttle(Duration),
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
    /// AWS's error of this code, with its status and wording.
    #[must_use]
    pub fn code(code: &str) -> Self {
        Self::Error(AwsError::of_code(code))
    }

    /// An error of this status and code.
    #[must_use]
    pub fn status(status: u16, code: &str) -> Self {
        Self::Error(AwsError::new(status, code, AwsError::of_code(code).message))
    }

    pub(crate) fn reply(&self, service: Service) -> Reply {
        let protocol = service.protocol();
        match self {
            Self::Error(error) => error.reply(protocol),
            Self::Throttle(after) => AwsError::of_code("TooManyRequestsException")
                .reply(protocol)
                .with_header("retry-after", after.as_secs_f64().ceil().to_string()),
            Self::HangUp => Reply::hang_up(),
            Self::Garbage => Reply::new(200, "application/octet-stream", random::bytes(512)),
            Self::Huge(size) => Reply::new(200, "application/json", vec![b'['; *size]),
            Self::Silence(wait) => Reply { after: *wait, ..Reply::hang_up() },
        }
    }

    /// What the audit line says.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Error(error) => error.code.clone(),
            Self::Throttle(_) => "TooManyRequestsException".into(),
            Self::HangUp => "hang-up".into(),
            Self::Garbage => "garbage".into(),
            Self::Huge(_) => "huge".into(),
            Self::Silence(_) => "silence".into(),
        }
    }
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next so many calls.
    Next(usize),
    /// Every call until it is healed.
    UntilHealed,
}

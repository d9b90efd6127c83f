//! The audit log: one JSON line an answer, who asked for what and how it went, never a secret.

use std::{
    io::Write,
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Serialize;

use crate::{files, rotating::RotatingFile};

/// Where the lines go, if anywhere. The file is made with the first line.
pub(crate) struct Audit {
    is_wanted: bool,
    file: OnceLock<Option<Mutex<RotatingFile>>>,
}

/// One answer.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) time: String,
    pub(crate) op: &'a str,
    pub(crate) registry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access: Option<&'a str>,
    /// `cache`, `exchange`, `stale`, `anonymous`, `not_found`, `done` or `error`.
    pub(crate) outcome: &'a str,
    /// Of the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pid: Option<u32>,
    pub(crate) ms: u64,
}

impl Audit {
    /// Switched on or off.
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self { is_wanted, file: OnceLock::new() }
    }

    /// Writes a line, if there is a place for it.
    pub(crate) fn write(&self, line: &Line<'_>) {
        if !self.is_wanted {
            return;
        }
        let Some(file) = self.file.get_or_init(open) else { return };
        let Ok(mut text) = serde_json::to_vec(line) else { return };
        text.push(b'\n');
        if let Err(error) = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text) {
            tracing::warn!(%error, "audit line lost");
        }
    }
}

fn open() -> Option<Mutex<RotatingFile>> {
    match RotatingFile::open(files::state_folder()?.join(NAME), LONGEST) {
        Ok(file) => Some(Mutex::new(file)),
        Err(error) => {
            tracing::warn!(%error, "no audit log");
            None
        }
    }
}

/// RFC 3339, UTC, whole seconds.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    // What the format can show.
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_seconds(time.clamp(SystemTime::UNIX_EPOCH, last)).to_string()
}

/// Whole milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

const NAME: &str = "audit.log";
const LONGEST: u64 = 16 * 1024 * 1024;

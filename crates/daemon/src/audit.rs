//! The audit log: one JSON line for whatever hands out, renews or drops a credential, or ends the broker:
//! who asked for what and how it went, never a secret.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Serialize;
use shorepass_core::{clock::Moment, registry::Registry, route::Route};

use crate::{files, house::House, peer::Peer, rotating::RotatingFile, words};

/// The file, made with the first line that there is room for.
#[derive(Default)]
pub(crate) struct Audit(Mutex<Place>);

#[derive(Default)]
enum Place {
    #[default]
    Untried,
    /// That was said; it is tried again with each line.
    Missing,
    Open(RotatingFile),
}

/// One line in the making. Dropped before its end, because the time was up or the client left, it says so.
pub(crate) struct Record<'a> {
    house: &'a House,
    begun: Moment,
    line: Line,
}

#[derive(Debug, Default, Serialize)]
struct Line {
    time: String,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'static str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
    ms: u64,
}

impl<'a> Record<'a> {
    /// A peer asks for something. A text that is no address is not repeated.
    pub(crate) fn begin(house: &'a House, peer: Peer, op: &'static str, server: Option<&str>) -> Self {
        let begun = house.clock.now();
        let registry = server.and_then(|server| Registry::parse(server).ok());
        let line = Line {
            time: rfc3339(begun.wall),
            op,
            registry: registry.map(|registry| words::bare(&registry)),
            outcome: "abandoned",
            uid: peer.uid,
            pid: peer.pid,
            ..Line::default()
        };
        Self { house, begun, line }
    }

    /// Where it leads.
    pub(crate) fn follow(&mut self, route: &Route) {
        self.line.kind = Some(route.target.kind().name());
        self.line.identity = Some(route.identity_name.clone());
        self.line.access = Some(route.access.name());
    }

    /// When the credential that is handed out ends, where that is known.
    pub(crate) fn expires(&mut self, at: Option<SystemTime>) {
        self.line.expires_at = at.map(rfc3339);
    }

    /// The code of the failure.
    pub(crate) fn fails(&mut self, code: &str) {
        self.line.code = Some(code.to_owned());
    }

    /// `cache`, `exchange`, `stale`, `anonymous`, `not_found`, `done` or `error`.
    pub(crate) fn outcome(&mut self, outcome: &'static str) {
        self.line.outcome = outcome;
    }

    /// The outcome, and nothing more will happen.
    pub(crate) fn end(mut self, outcome: &'static str) {
        self.outcome(outcome);
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        if self.house.broker.config().broker.audit {
            let took = self.house.clock.now().steady.saturating_sub(self.begun.steady);
            self.line.ms = took.as_millis().try_into().unwrap_or(u64::MAX);
            self.house.audit.write(&self.line);
        }
    }
}

impl Audit {
    fn write(&self, line: &Line) {
        let Ok(mut text) = serde_json::to_vec(line) else { return };
        text.push(b'\n');
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.open();
        if let Place::Open(file) = &mut *place
            && let Err(error) = file.write_all(&text)
        {
            tracing::warn!(%error, "audit line lost");
        }
    }
}

impl Place {
    fn open(&mut self) {
        if let Self::Open(_) = self {
            return;
        }
        let Some(folder) = files::log_folder() else { return };
        match RotatingFile::open(folder.join(NAME), LONGEST) {
            Ok(file) => *self = Self::Open(file),
            Err(error) => {
                if let Self::Untried = self {
                    tracing::warn!(%error, "no audit log");
                }
                *self = Self::Missing;
            }
        }
    }
}

/// RFC 3339, UTC, whole seconds.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    // What the format can show.
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_seconds(time.clamp(SystemTime::UNIX_EPOCH, last)).to_string()
}

const NAME: &str = "audit.log";
const LONGEST: u64 = 16 * 1024 * 1024;

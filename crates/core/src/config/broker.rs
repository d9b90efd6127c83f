//! `[broker]`: how long it stays, how much it does at once.

use std::time::Duration;

use super::reader::Reader;

/// How the broker behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerSettings {
    /// A broker that a helper started leaves after this long without a request.
    pub idle_exit: Duration,
    /// A credential is renewed ahead of its end for this long after it was last asked for.
    pub keep_warm: Duration,
    /// A request is answered within this long, if only by an error.
    pub request_timeout: Duration,
    /// Exchanges at once; further ones wait.
    pub workers: usize,
    /// Connections at once; further ones wait.
    pub connections: usize,
    /// Whether every answer leaves a line in the audit log.
    pub audit: bool,
}

impl Default for BrokerSettings {
    fn default() -> Self {
        Self {
            idle_exit: 8 * HOUR,
            keep_warm: 24 * HOUR,
            request_timeout: Duration::from_secs(60),
            workers: 8,
            connections: 256,
            audit: true,
        }
    }
}

pub(super) fn read(table: &mut Reader<'_>, settings: &mut BrokerSettings) {
    let second = Duration::from_secs(1);
    if let Some(value) = table.duration("idle_exit", second, 30 * 24 * HOUR) {
        settings.idle_exit = value;
    }
    if let Some(value) = table.duration("keep_warm", Duration::ZERO, 30 * 24 * HOUR) {
        settings.keep_warm = value;
    }
    if let Some(value) = table.duration("request_timeout", second, HOUR) {
        settings.request_timeout = value;
    }
    if let Some(value) = table.number("workers", 1, 64) {
        settings.workers = value;
    }
    if let Some(value) = table.number("connections", 1, 4096) {
        settings.connections = value;
    }
    if let Some(value) = table.switch("audit") {
        settings.audit = value;
    }
}

const HOUR: Duration = Duration::from_secs(3600);

//! What every fake cloud can be asked while it runs: where it is, and what was asked of it.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use super::{
    audit::{Audit, Entry},
    http::serve::Server,
};

/// A server and its list of what was asked; each cloud leads to one.
#[derive(Debug)]
pub struct Running {
    server: Server,
    audit: Audit,
}

impl Running {
    pub(super) fn new(server: Server, audit: Audit) -> Self {
        Self { server, audit }
    }

    /// The root of all its services, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// How often an operation was asked for, such as `ecr:GetAuthorizationToken`.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.audit.count(operation)
    }

    /// How often each operation was asked for.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.audit.counts()
    }

    /// The latest requests, oldest first.
    #[must_use]
    pub fn audit(&self) -> Vec<Entry> {
        self.audit.entries()
    }

    /// Forgets audit list and counts.
    pub fn forget(&self) {
        self.audit.forget();
    }

    /// Waits until an operation was asked for so often since the start; false when the bound is reached first.
    #[must_use]
    pub fn wait_for(&self, operation: &str, times: usize, bound: Duration) -> bool {
        self.audit.wait_for(operation, times, bound)
    }
}

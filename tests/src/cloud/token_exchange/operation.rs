//! The one service of the endpoint, and how a request names it.

use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::{Operation, oauth},
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The token endpoint.
    Token,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        oauth::reply(error)
    }

    fn too_many(self) -> ApiError {
        oauth::too_many()
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    (request.path == "/token").then(|| Operation::new(Service::Token, "token-exchange:Exchange"))
}

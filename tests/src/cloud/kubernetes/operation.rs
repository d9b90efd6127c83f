//! The one call that is answered, and how a request names it.

use super::status;
use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The API server.
    Api,
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        status::reply(error)
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "TooManyRequests", "the server has received too many requests")
    }
}

/// Whose token is asked for: namespace and account.
pub(super) fn account(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/api/v1/namespaces/")?;
    match rest.split('/').collect::<Vec<_>>()[..] {
        [namespace, "serviceaccounts", account, "token"] => Some((namespace, account)),
        _ => None,
    }
}

pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    account(&request.path).map(|_| Operation::new(Service::Api, "kubernetes:TokenRequest"))
}

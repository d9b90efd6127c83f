//! Fake clouds that verify what the real ones verify and refuse what they refuse.
//!
//! Each is a server of its own; what they share is here: HTTP, a clock that can be set, an OIDC issuer,
//! faults on order and the list of what was asked.

mod access;
pub mod artifactory;
mod audit;
pub mod aws;
pub mod azure;
pub mod ci;
pub mod clock;
mod error;
mod fault;
pub mod github;
pub mod gitlab;
pub mod google;
pub mod harbor;
pub mod http;
pub mod hub;
mod issuer;
pub mod kubernetes;
pub mod oauth2_registry;
pub mod quay;
pub(crate) mod random;
mod running;
pub mod spiffe;
pub mod stand;
pub mod token_exchange;
mod trouble;

pub use self::{
    audit::Entry,
    error::ApiError,
    fault::{Fault, Speaks, Times},
    issuer::{Claims, Issuer, Provider},
    running::Running,
    trouble::Troubles,
};

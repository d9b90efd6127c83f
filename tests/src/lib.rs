//! Fake clouds and the tools that the tests share.
//!
//! Everything listens on loopback only, runs on threads of its own and stops when its handle is dropped,
//! so a plain `#[test]` can use it without a runtime.

pub mod authority;
pub mod bed;
pub mod bench;
pub mod cloud;
pub mod keyring;
pub mod openid_provider;
pub mod programs;
pub mod registry;
pub mod yaml;

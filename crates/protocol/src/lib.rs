//! What travels between the broker and its clients, and how a client finds or starts the broker.
//!
//! Everything here is blocking and small: the credential helper links this crate and nothing heavier.
//! The broker uses the message types and the frame limit, but brings its own asynchronous reading.

pub mod base_env;
pub mod client;
pub mod error;
pub mod frame;
pub mod message;
pub mod once;
pub mod peer;
pub mod place;
pub mod private;
pub mod program;
pub mod start;

mod deadline;
mod wire_secret;

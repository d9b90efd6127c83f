//! The broker's mind: which credential a request means, whether it is at hand, and when to renew it.
//!
//! Nothing in here opens a socket, starts a process or knows the format of a client's message. Time
//! comes from [`clock::Clock`], credentials from [`exchange::Exchanger`].

pub mod access;
pub mod bearer;
pub mod broker;
pub mod challenge;
pub mod clock;
pub mod config;
pub mod credential;
pub mod exchange;
pub mod front_door;
pub mod hand_on;
pub mod identity;
pub mod kind;
pub mod login;
pub mod pull_limit;
pub mod recognise;
pub mod registry;
pub mod robot;
pub mod route;
pub mod schedule;
pub mod scope;
pub mod token;
pub mod vault;

mod cache;
mod flight;

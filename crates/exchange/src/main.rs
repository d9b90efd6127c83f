//! One exchange: a request on stdin, one credential or one error on stdout, and gone.
//!
//! The process's environment is the caller's, as far as the broker forwarded it, which is why the
//! cloud's own rules for variables and files apply. Nothing is cached, nothing outlives the answer,
//! and nothing is written to stderr, not even by a panic: its message could hold a secret.

mod bearer;
mod clock;
mod deadline;
mod failure;
mod file;
mod hand_on;
mod http;
mod identity;
mod jwt;
mod program;
mod recognise;
mod registry;
mod task;
mod token;
mod trust;

use std::process::ExitCode;

use shorepass_core::exchange::{LONGEST_WORKER_LINE, WorkerReply};

fn main() -> ExitCode {
    shorepass_worker::work(LONGEST_WORKER_LINE, |request| match request {
        Ok(request) => task::answer(&request),
        Err(error) => task::line(&WorkerReply::<()>::Error(error)),
    })
}

//! What a worker of the broker is: a process that keeps to itself, takes one line, answers one line, and is gone
//! in time.
//!
//! What it does in between is its own. Nothing is written to stderr, not even by a panic: its message could hold
//! a secret.

mod deadline;
mod harden;
mod line;

use std::{
    io::{self, Write},
    panic::set_hook,
    process::ExitCode,
};

use serde::de::DeserializeOwned;
use shorepass_core::exchange::ExchangeError;
use zeroize::Zeroizing;

pub use deadline::own_limit;
pub use line::{line_of, read_request};

/// Reads the request, has it answered and writes the answer, which is a line.
pub fn work<T: DeserializeOwned>(
    longest: usize,
    answer: impl FnOnce(Result<T, ExchangeError>) -> Zeroizing<Vec<u8>>,
) -> ExitCode {
    set_hook(Box::new(|_| {}));
    if !harden::harden() {
        return ExitCode::FAILURE;
    }
    let line = answer(read_request(io::stdin().lock(), longest));
    let mut to = io::stdout().lock();
    match to.write_all(&line).and_then(|()| to.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

//! One exchange: a request on stdin, one credential or one error on stdout, and gone.
//!
//! The process's environment is the caller's, as far as the broker forwarded it, which is why the
//! cloud's own rules for variables and files apply. Nothing is cached, nothing outlives the answer,
//! and nothing is written to stderr, not even by a panic: its message could hold a secret.

mod clock;
mod deadline;
mod failure;
mod file;
mod hand_on;
mod harden;
mod http;
mod identity;
mod jwt;
mod program;
mod recognise;
mod registry;
mod task;
mod token;

use std::{
    io::{self, BufRead, Write},
    panic::set_hook,
    process::ExitCode,
};

use shorepass_core::exchange::{ErrorKind, ExchangeError, LONGEST_WORKER_LINE, WorkerReply, WorkerRequest};
use zeroize::Zeroizing;

fn main() -> ExitCode {
    set_hook(Box::new(|_| {}));
    if !harden::harden() {
        return ExitCode::FAILURE;
    }
    let line = match read_request(io::stdin().lock()) {
        Ok(request) => task::answer(&request),
        Err(error) => task::line(&WorkerReply::<()>::Error(error)),
    };
    match write(io::stdout().lock(), &line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn read_request(from: impl BufRead) -> Result<WorkerRequest, ExchangeError> {
    let garbled = |why: String| {
        ExchangeError::new(ErrorKind::Unexpected, "garbled_request", format!("the broker's request {why}"))
    };
    let mut line = Vec::new();
    from.take(LONGEST_WORKER_LINE as u64 + 1)
        .read_until(b'\n', &mut line)
        .map_err(|e| garbled(format!("could not be read: {}", e.kind())))?;
    if line.len() > LONGEST_WORKER_LINE {
        return Err(garbled("is too long".into()));
    }
    serde_json::from_slice(&line).map_err(|e| {
        garbled(format!("is not understood: line {} column {}, {:?}", e.line(), e.column(), e.classify()))
    })
}

fn write(mut to: impl Write, line: &Zeroizing<Vec<u8>>) -> io::Result<()> {
    to.write_all(line)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_too_long_or_garbled_is_answered_with_an_error() {
        let endless = io::BufReader::new(io::repeat(b' '));

        assert_eq!(read_request(endless).unwrap_err().code, "garbled_request");
        assert_eq!(read_request(&b"{\"target\":7}\n"[..]).unwrap_err().code, "garbled_request");
        assert_eq!(read_request(&b""[..]).unwrap_err().code, "garbled_request");
    }
}

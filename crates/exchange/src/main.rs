//! One exchange: a request on stdin, one credential or one error on stdout, and gone.
//!
//! The process's environment is the caller's, as far as the broker forwarded it, which is why the
//! cloud's own rules for variables and files apply. Nothing is cached, nothing outlives the answer,
//! and nothing is written to stderr, not even by a panic: its message could hold a secret.

mod clock;
mod deadline;
mod failure;
mod file;
mod harden;
mod http;
mod identity;
mod jwt;
mod program;
mod registry;
mod token;

use std::{
    io::{self, BufRead, Write},
    panic::{AssertUnwindSafe, catch_unwind, set_hook},
    process::ExitCode,
};

use shorepass_core::exchange::{
    ErrorKind, ExchangeError, ExchangeRequest, Exchanged, LONGEST_WORKER_LINE, WorkerReply,
};

use crate::deadline::Progress;

fn main() -> ExitCode {
    set_hook(Box::new(|_| {}));
    if !harden::harden() {
        return ExitCode::FAILURE;
    }
    let reply = WorkerReply::from(read_request(io::stdin().lock()).and_then(|request| answer(&request)));
    match write_reply(io::stdout().lock(), &reply) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn read_request(from: impl BufRead) -> Result<ExchangeRequest, ExchangeError> {
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

fn answer(request: &ExchangeRequest) -> Result<Exchanged, ExchangeError> {
    let broken = |what: &str| {
        ExchangeError::new(ErrorKind::Unexpected, "internal", format!("a fault of the exchange: {what}"))
    };
    catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| broken("no runtime"))?;
        let progress = Progress::default();
        let result = runtime.block_on(deadline::bound(&progress, registry::exchange(request, &progress)));
        // A name lookup that hangs would otherwise hold the answer back.
        runtime.shutdown_background();
        result
    }))
    .unwrap_or_else(|_| Err(broken("it panicked")))
}

fn write_reply(mut to: impl Write, reply: &WorkerReply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    if line.len() > LONGEST_WORKER_LINE {
        let error = ExchangeError::new(
            ErrorKind::Unexpected,
            "garbled",
            "the credential is longer than the broker takes",
        );
        line = serde_json::to_vec(&WorkerReply::Error(error))?;
        line.push(b'\n');
    }
    to.write_all(&line)?;
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

    #[test]
    fn a_reply_is_one_line() {
        let mut out = Vec::new();
        let reply = WorkerReply::Error(ExchangeError::new(ErrorKind::Denied, "x", "two\nlines"));

        write_reply(&mut out, &reply).unwrap();

        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(out.ends_with(b"\n"));
    }
}

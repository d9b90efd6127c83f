//! One operation on the place where logins are kept: a request on stdin, a reply on stdout, and gone.
//!
//! The process's environment is the caller's, because a keyring is found by what its user's session says.
//! Nothing is cached, nothing outlives the answer, and nothing is written to stderr, not even by a
//! panic: its message could hold a secret.

mod choose;
#[cfg(any(windows, test))]
mod chunks;
#[cfg(windows)]
mod credential_manager;
mod deadline;
mod entry;
mod failure;
mod file;
mod harden;
#[cfg(target_os = "macos")]
mod keychain;
#[cfg(target_os = "linux")]
mod keyutils;
mod nothing;
mod open;
#[cfg(target_os = "linux")]
mod secret_service;
mod task;
mod vault;

use std::{
    alloc::System,
    io::{self, BufRead, Write},
    panic::set_hook,
    process::ExitCode,
};

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::{LONGEST_VAULT_LINE, VaultAnswer, VaultKind, VaultReply, VaultRequest},
};
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

/// Whatever is freed is cleared: buffers that grew, what the parsers of JSON and of the bus set aside.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    set_hook(Box::new(|_| {}));
    if !harden::harden() {
        return ExitCode::FAILURE;
    }
    let reply = match read_request(io::stdin().lock()) {
        Ok(request) => deadline::bound(move |progress| task::perform(request, progress)),
        Err(error) => VaultReply { store: VaultKind::None, answer: VaultAnswer::Error(error) },
    };
    match write_reply(io::stdout().lock(), &reply) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn read_request(from: impl BufRead) -> Result<VaultRequest, ExchangeError> {
    let garbled = |why: String| {
        ExchangeError::new(ErrorKind::Unexpected, "garbled_request", format!("the broker's request {why}"))
    };
    let mut line = Zeroizing::new(Vec::new());
    from.take(LONGEST_VAULT_LINE as u64 + 1)
        .read_until(b'\n', &mut line)
        .map_err(|e| garbled(format!("could not be read: {}", e.kind())))?;
    if line.len() > LONGEST_VAULT_LINE {
        return Err(garbled("is too long".into()));
    }
    serde_json::from_slice(&line).map_err(|e| {
        garbled(format!("is not understood: line {} column {}, {:?}", e.line(), e.column(), e.classify()))
    })
}

fn write_reply(mut to: impl Write, reply: &VaultReply) -> io::Result<()> {
    let mut line = line_of(reply)?;
    if line.len() > LONGEST_VAULT_LINE {
        let error = ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_too_long",
            "the answer is longer than the broker takes",
        );
        line = line_of(&VaultReply { store: reply.store, answer: VaultAnswer::Error(error) })?;
    }
    to.write_all(&line)?;
    to.flush()
}

fn line_of(reply: &VaultReply) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(serde_json::to_vec(reply)?);
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_too_long_or_garbled_is_answered_with_an_error() {
        let endless = io::BufReader::new(io::repeat(b' '));

        assert_eq!(read_request(endless).unwrap_err().code, "garbled_request");
        assert_eq!(read_request(&b"{\"task\":7}\n"[..]).unwrap_err().code, "garbled_request");
        assert_eq!(read_request(&b""[..]).unwrap_err().code, "garbled_request");
    }

    #[test]
    fn a_reply_is_one_line() {
        let mut out = Vec::new();
        let error = ExchangeError::new(ErrorKind::Denied, "x", "two\nlines");

        write_reply(&mut out, &VaultReply { store: VaultKind::File, answer: VaultAnswer::Error(error) })
            .unwrap();

        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(out.ends_with(b"\n"));
    }

    #[test]
    fn a_reply_that_the_broker_would_not_take_is_an_error_instead() {
        let mut out = Vec::new();
        let logins = (0..40_000).map(|n| (format!("host-{n}.example"), "alice".to_owned())).collect();

        write_reply(&mut out, &VaultReply { store: VaultKind::File, answer: VaultAnswer::Listed { logins } })
            .unwrap();

        assert!(String::from_utf8(out).unwrap().contains("vault_too_long"));
    }
}

//! One operation on the place where logins are kept: a request on stdin, a reply on stdout, and gone.
//!
//! The process's environment is the caller's, because a keyring is found by what its user's session says.
//! Nothing is cached and nothing outlives the answer.

mod choose;
#[cfg(any(windows, test))]
mod chunks;
#[cfg(windows)]
mod credential_manager;
mod deadline;
mod entry;
mod failure;
mod file;
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

use std::{alloc::System, process::ExitCode};

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::{LONGEST_VAULT_LINE, VaultAnswer, VaultKind, VaultReply},
};
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

/// Whatever is freed is cleared: buffers that grew, what the parsers of JSON and of the bus set aside.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    shorepass_worker::work(LONGEST_VAULT_LINE, |request| {
        line_of(&match request {
            Ok(request) => deadline::bound(move |progress| task::perform(request, progress)),
            Err(error) => VaultReply { store: VaultKind::None, answer: VaultAnswer::Error(error) },
        })
    })
}

/// As a line that the broker takes.
fn line_of(reply: &VaultReply) -> Zeroizing<Vec<u8>> {
    let line = shorepass_worker::line_of(reply);
    if line.len() <= LONGEST_VAULT_LINE {
        return line;
    }
    let message = "the answer is longer than the broker takes";
    let error = ExchangeError::new(ErrorKind::Misconfigured, "vault_too_long", message);
    shorepass_worker::line_of(&VaultReply { store: reply.store, answer: VaultAnswer::Error(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_the_broker_would_not_take_is_an_error_instead() {
        let logins = (0..40_000).map(|n| (format!("host-{n}.example"), "alice".to_owned())).collect();

        let line = line_of(&VaultReply { store: VaultKind::File, answer: VaultAnswer::Listed { logins } });

        assert!(String::from_utf8_lossy(&line).contains("vault_too_long"));
    }
}

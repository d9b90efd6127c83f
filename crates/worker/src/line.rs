//! The lines between a broker and its worker: JSON, bounded, and cleared when they are dropped.

use std::io::BufRead;

use serde::{Serialize, de::DeserializeOwned};
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use zeroize::Zeroizing;

/// One request.
///
/// # Errors
/// `garbled_request`: it is too long, cut short or not understood; nothing of it is repeated.
pub fn read_request<T: DeserializeOwned>(from: impl BufRead, longest: usize) -> Result<T, ExchangeError> {
    let garbled = |why: String| {
        ExchangeError::new(ErrorKind::Unexpected, "garbled_request", format!("the broker's request {why}"))
    };
    let mut line = Zeroizing::new(Vec::new());
    from.take(longest as u64 + 1)
        .read_until(b'\n', &mut line)
        .map_err(|e| garbled(format!("could not be read: {}", e.kind())))?;
    if line.len() > longest {
        return Err(garbled("is too long".into()));
    }
    serde_json::from_slice(&line).map_err(|e| {
        garbled(format!("is not understood: line {} column {}, {:?}", e.line(), e.column(), e.classify()))
    })
}

/// The reply as a line.
#[must_use]
pub fn line_of(reply: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(serde_json::to_vec(reply).unwrap_or_default());
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use std::io;

    use shorepass_core::vault::VaultRequest;

    use super::*;

    #[test]
    fn a_request_that_is_too_long_or_garbled_is_an_error() {
        let endless = io::BufReader::new(io::repeat(b' '));

        assert_eq!(code(endless), "garbled_request");
        assert_eq!(code(&b"{\"task\":7}\n"[..]), "garbled_request");
        assert_eq!(code(&b""[..]), "garbled_request");
    }

    #[test]
    fn a_reply_is_one_line() {
        let line = line_of(&ExchangeError::new(ErrorKind::Denied, "x", "two\nlines"));

        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(line.ends_with(b"\n"));
    }

    fn code(from: impl BufRead) -> String {
        read_request::<VaultRequest>(from, 1024).unwrap_err().code
    }
}

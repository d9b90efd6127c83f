//! Random names and secrets in the shapes that AWS gives them.

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// Random bytes.
///
/// # Panics
/// When the system has no randomness.
#[must_use]
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Base64 of random bytes, of the given length in characters (rounded up to four).
#[must_use]
pub(crate) fn base64_text(length: usize) -> String {
    BASE64_STANDARD.encode(bytes(length.div_ceil(4) * 3))
}

/// A prefix and random upper-case characters, twenty in all: `ASIA…`, `AROA…`.
#[must_use]
pub(crate) fn identifier(prefix: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let tail = bytes(20_usize.saturating_sub(prefix.len()));
    prefix.chars().chain(tail.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))).collect()
}

/// `xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx`
#[must_use]
pub(crate) fn request_id() -> String {
    let hex: String = bytes(16).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

//! What several targets need: input in pieces, and JSON with its secrets exchanged.
//!
//! That a secret is nowhere to be seen is tested without searching for it: the same message with
//! another secret must look the same. So a short secret that happens to be a common word is no find.

use std::io::{self, Read};

use serde_json::Value;

/// Bytes that arrive in pieces of the given sizes, over and over; a piece is never longer than asked for.
pub struct Pieces<'a> {
    left: &'a [u8],
    sizes: &'a [u8],
    next: usize,
    taken: usize,
}

impl<'a> Pieces<'a> {
    /// Sizes of 0 and no sizes at all mean "as much as asked for".
    #[must_use]
    pub fn new(bytes: &'a [u8], sizes: &'a [u8]) -> Self {
        Self { left: bytes, sizes, next: 0, taken: 0 }
    }

    /// How many bytes were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = match self.sizes.get(self.next % self.sizes.len().max(1)) {
            None | Some(0) => into.len(),
            Some(size) => usize::from(*size) * 7,
        };
        self.next += 1;
        let count = size.min(into.len()).min(self.left.len());
        let (now, later) = self.left.split_at(count);
        into[..count].copy_from_slice(now);
        self.left = later;
        self.taken += count;
        Ok(count)
    }
}

/// The same document with every string below `secret`, `passphrase` and `env` replaced by another one. Below `registries`
/// and `logins` names are hosts and below `target` they are a kind's own: no secret is meant there.
#[must_use]
pub fn with_other_secrets(document: &Value) -> Value {
    match document {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| match name.as_str() {
                    "secret" | "passphrase" | "env" => (name.clone(), replaced(value)),
                    "registries" | "logins" | "target" => (name.clone(), value.clone()),
                    _ => (name.clone(), with_other_secrets(value)),
                })
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.iter().map(with_other_secrets).collect()),
        value => value.clone(),
    }
}

/// Whether a number with a fraction is in it; such a number need not survive being written and read.
#[must_use]
pub fn has_fraction(document: &Value) -> bool {
    match document {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        _ => false,
    }
}

fn replaced(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::String("another secret".into()),
        Value::Array(values) => Value::Array(values.iter().map(replaced).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), replaced(value))).collect())
        }
        value => value.clone(),
    }
}

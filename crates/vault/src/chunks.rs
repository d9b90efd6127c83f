//! Long values in a store of short entries, so that a crash at any point leaves the old value or the new one.
//!
//! A value that fits lies in its head entry. A longer one lies in parts under the generation that is not in
//! use; then the head is turned to them, which is one write; then the old parts go. The head holds a hash of
//! the whole, so that parts of two values are never taken for one.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shorepass_core::{exchange::ExchangeError, vault::Login};
use shorepass_secret::Secret;
use zeroize::Zeroizing;

use crate::{entry, failure};

/// Short entries by name. The implementor writes one entry whole or not at all, and need not lock.
pub(crate) trait Entries {
    /// An entry's bytes.
    fn read(&self, key: &str, part: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ExchangeError>;

    /// Adds or replaces an entry, of [`LONGEST_ENTRY`] bytes at most.
    fn write(&self, key: &str, part: &str, bytes: &[u8]) -> Result<(), ExchangeError>;

    /// Takes an entry away; whether there was one.
    fn remove(&self, key: &str, part: &str) -> Result<bool, ExchangeError>;
}

/// What stands in the head entry.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Head {
    /// The login itself.
    Whole(Login),
    /// The secret is in parts.
    Parts { username: String, generation: Generation, parts: usize, hash: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Generation {
    A,
    B,
}

/// The login under a key.
pub(crate) fn get(entries: &dyn Entries, key: &str) -> Result<Option<Login>, ExchangeError> {
    // Whoever replaces it meanwhile has taken the old parts away; then there is another head.
    for _ in 0..TRIES {
        let Some(bytes) = entries.read(key, HEAD)? else { return Ok(None) };
        match parse(key, &bytes)? {
            Head::Whole(login) => return Ok(Some(login)),
            Head::Parts { username, generation, parts, hash } => {
                let secret = join(entries, key, generation, parts)?;
                if let Some(secret) = secret.filter(|secret| hash_of(secret.expose()) == hash) {
                    return Ok(Some(Login { username, secret }));
                }
            }
        }
    }
    Err(entry::garbled(STORE, key))
}

/// Adds or replaces it. The caller sees to it that nobody else writes.
pub(crate) fn put(entries: &dyn Entries, key: &str, login: &Login) -> Result<(), ExchangeError> {
    let whole = entry::write(login);
    if whole.len() <= LONGEST_ENTRY {
        entries.write(key, HEAD, &whole)?;
        return remove_parts(entries, key, Generation::A)
            .and_then(|()| remove_parts(entries, key, Generation::B));
    }
    let generation = generation_of(entries, key)?.map_or(Generation::A, Generation::other);
    // What a writer left that was killed could be longer than what comes now.
    remove_parts(entries, key, generation)?;
    let parts = split(entries, key, generation, login.secret.expose())?;
    let hash = hash_of(login.secret.expose());
    let head = Head::Parts { username: login.username.clone(), generation, parts, hash };
    entries.write(key, HEAD, &serde_json::to_vec(&head).unwrap_or_default())?;
    remove_parts(entries, key, generation.other())
}

/// Takes it away; whether there was one.
pub(crate) fn erase(entries: &dyn Entries, key: &str) -> Result<bool, ExchangeError> {
    let was_there = entries.remove(key, HEAD)?;
    remove_parts(entries, key, Generation::A)?;
    remove_parts(entries, key, Generation::B)?;
    Ok(was_there)
}

/// The user name under a key, without reading the parts.
pub(crate) fn username(entries: &dyn Entries, key: &str) -> Result<Option<String>, ExchangeError> {
    let Some(bytes) = entries.read(key, HEAD)? else { return Ok(None) };
    entry::username(STORE, key, &bytes).map(Some)
}

fn parse(key: &str, bytes: &[u8]) -> Result<Head, ExchangeError> {
    serde_json::from_slice(bytes).map_err(|_| entry::garbled(STORE, key))
}

/// Which parts are in use. A head that makes no sense has none, and is written over.
fn generation_of(entries: &dyn Entries, key: &str) -> Result<Option<Generation>, ExchangeError> {
    let head = entries.read(key, HEAD)?.and_then(|bytes| parse(key, &bytes).ok());
    Ok(match head {
        Some(Head::Parts { generation, .. }) => Some(generation),
        _ => None,
    })
}

fn split(
    entries: &dyn Entries,
    key: &str,
    generation: Generation,
    secret: &str,
) -> Result<usize, ExchangeError> {
    let chunks = secret.as_bytes().chunks(LONGEST_ENTRY);
    if chunks.len() > MOST_PARTS {
        return Err(failure::too_long("the secret", LONGEST_ENTRY * MOST_PARTS));
    }
    let parts = chunks.len();
    for (number, chunk) in chunks.enumerate() {
        entries.write(key, &generation.part(number), chunk)?;
    }
    Ok(parts)
}

fn join(
    entries: &dyn Entries,
    key: &str,
    generation: Generation,
    parts: usize,
) -> Result<Option<Secret>, ExchangeError> {
    let mut whole = Zeroizing::new(Vec::new());
    for number in 0..parts.min(MOST_PARTS) {
        let Some(part) = entries.read(key, &generation.part(number))? else { return Ok(None) };
        whole.extend_from_slice(&part);
    }
    Ok(std::str::from_utf8(&whole).ok().map(Secret::new))
}

/// From the last one on, so that what is left by a crash is a row from the first one on.
fn remove_parts(entries: &dyn Entries, key: &str, generation: Generation) -> Result<(), ExchangeError> {
    let mut count = 0;
    while count < MOST_PARTS && entries.read(key, &generation.part(count))?.is_some() {
        count += 1;
    }
    for number in (0..count).rev() {
        entries.remove(key, &generation.part(number))?;
    }
    Ok(())
}

fn hash_of(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Generation {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn part(self, number: usize) -> String {
        let name = match self {
            Self::A => 'a',
            Self::B => 'b',
        };
        format!("{name}{number}")
    }
}

/// The name of the entry that every login has.
pub(crate) const HEAD: &str = "login";
/// `CRED_MAX_CREDENTIAL_BLOB_SIZE` of Windows.
pub(crate) const LONGEST_ENTRY: usize = 2560;
/// More than travels in one request.
const MOST_PARTS: usize = 512;
const TRIES: usize = 5;
const STORE: &str = "the Credential Manager";

#[cfg(test)]
mod tests;

//! How the file is laid out: a header in the clear, the sealed part, a checksum.
//!
//! The checksum is no protection, it tells a damaged file from a wrong key; what protects is the seal, which
//! covers the header, too. All numbers are little-endian.

use std::path::Path;

use sha2::{Digest, Sha256};
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::failure;

/// What stands before the sealed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// What the key was made of.
    pub(crate) origin: Origin,
    /// Goes into the key.
    pub(crate) salt: [u8; 16],
    /// New with every write.
    pub(crate) nonce: [u8; 24],
}

/// What a key was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Typed by a person.
    Passphrase(Cost),
    /// The bytes of a file or of a systemd credential.
    Bytes,
}

/// What it costs to make a key from a passphrase, by Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Memory.
    pub(crate) kibibytes: u32,
    /// How often it is gone over.
    pub(crate) passes: u32,
    /// Parts that could be gone over side by side.
    pub(crate) lanes: u32,
}

/// RFC 9106's second recommendation, on one lane.
impl Default for Cost {
    fn default() -> Self {
        Self { kibibytes: 64 * 1024, passes: 3, lanes: 1 }
    }
}

/// A file, taken apart.
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    /// The header's bytes, which the seal covers.
    pub(crate) clear: &'a [u8],
    pub(crate) sealed: &'a [u8],
}

impl Header {
    /// The header of a file whose sealed part has this length.
    pub(crate) fn bytes(&self, sealed: u32) -> Vec<u8> {
        let (origin, cost) = match self.origin {
            Origin::Passphrase(cost) => (PASSPHRASE, cost),
            Origin::Bytes => (BYTES, Cost { kibibytes: 0, passes: 0, lanes: 0 }),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend([VERSION, origin]);
        for number in [cost.kibibytes, cost.passes, cost.lanes, sealed] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.salt);
        bytes.extend(self.nonce);
        bytes
    }
}

/// The file's end.
pub(crate) fn checksum(of: &[u8]) -> [u8; CHECKSUM] {
    Sha256::digest(of).into()
}

/// Takes a file apart.
///
/// # Errors
/// When it is none of ours, of a newer version, damaged, or wants more memory than a key may cost.
pub(crate) fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Parts<'a>, ExchangeError> {
    let shared = bytes.len().min(MAGIC.len());
    if bytes.is_empty() || bytes[..shared] != MAGIC[..shared] {
        return Err(ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_damaged",
            format!("`{}` is no vault: another program's file, or one that is empty", path.display()),
        )
        .with_hint("name another file with `file` in `[vault]`, or move this one away"));
    }
    let mut rest = Reader(&bytes[shared..]);
    let cut = || cut(path);
    let version = rest.byte().ok_or_else(cut)?;
    if version > VERSION {
        return Err(ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_newer",
            format!(
                "`{}` was written by a newer version (format {version}, known is {VERSION})",
                path.display()
            ),
        )
        .with_hint("update, or name another file with `file` in `[vault]`"));
    }
    let origin = rest.byte().ok_or_else(cut)?;
    let [kibibytes, passes, lanes, length] = rest.numbers().ok_or_else(cut)?;
    let salt = rest.take().ok_or_else(cut)?;
    let nonce = rest.take().ok_or_else(cut)?;
    let length = usize::try_from(length).map_err(|_| damaged(path))?;
    let whole = HEADER.checked_add(length).and_then(|sum| sum.checked_add(CHECKSUM));
    match whole.map(|whole| whole.cmp(&bytes.len())) {
        Some(std::cmp::Ordering::Equal) => {}
        Some(std::cmp::Ordering::Less) => return Err(damaged(path)),
        _ => return Err(cut()),
    }
    let (covered, end) = bytes.split_at(HEADER + length);
    if checksum(covered) != end {
        return Err(damaged(path));
    }
    let origin = match (version, origin) {
        (VERSION, PASSPHRASE) => Origin::Passphrase(bounded(path, Cost { kibibytes, passes, lanes })?),
        (VERSION, BYTES) => Origin::Bytes,
        _ => return Err(damaged(path)),
    };
    let (clear, sealed) = covered.split_at(HEADER);
    Ok(Parts { header: Header { origin, salt, nonce }, clear, sealed })
}

/// A file that somebody else has made could want all the memory there is.
fn bounded(path: &Path, cost: Cost) -> Result<Cost, ExchangeError> {
    let is_bearable = (8..=DEAREST.kibibytes).contains(&cost.kibibytes)
        && (1..=DEAREST.passes).contains(&cost.passes)
        && (1..=DEAREST.lanes).contains(&cost.lanes);
    if is_bearable {
        return Ok(cost);
    }
    Err(failure::refused(format!(
        "`{}` wants more memory or time for its key than is allowed here",
        path.display()
    )))
}

/// Something in it is not as it was written.
pub(crate) fn damaged(path: &Path) -> ExchangeError {
    broken(path, "is damaged: it is not as it was written")
}

fn cut(path: &Path) -> ExchangeError {
    broken(path, "is cut short: its end is missing")
}

fn broken(path: &Path, how: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "vault_damaged", format!("`{}` {how}", path.display()))
        .with_hint("put a copy of it back, or move it away and log in again")
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn numbers<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = u32::from_le_bytes(self.take()?);
        }
        Some(numbers)
    }
}

const MAGIC: &[u8] = b"shorepass vault";
const VERSION: u8 = 1;
const PASSPHRASE: u8 = 1;
const BYTES: u8 = 2;
const HEADER: usize = MAGIC.len() + 2 + 4 * 4 + 16 + 24;
const CHECKSUM: usize = 32;
const DEAREST: Cost = Cost { kibibytes: 256 * 1024, passes: 16, lanes: 16 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_its_bytes() {
        for origin in [Origin::Bytes, Origin::Passphrase(Cost::default())] {
            let header = Header { origin, salt: [7; 16], nonce: [9; 24] };
            let mut bytes = header.bytes(6);
            bytes.extend(b"sealed");
            bytes.extend(checksum(&bytes));

            let parts = parse(Path::new("/v"), &bytes).unwrap();

            assert_eq!((parts.header, parts.sealed), (header, &b"sealed"[..]));
            assert_eq!(parts.clear.len(), HEADER);
        }
    }

    #[test]
    fn a_file_that_wants_all_memory_or_all_time_is_refused() {
        let code = |kibibytes, passes, lanes| {
            let origin = Origin::Passphrase(Cost { kibibytes, passes, lanes });
            let mut bytes = Header { origin, salt: [0; 16], nonce: [0; 24] }.bytes(0);
            bytes.extend(checksum(&bytes));
            parse(Path::new("/v"), &bytes).map(|_| ()).map_err(|error| error.code)
        };

        assert_eq!(code(256 * 1024, 16, 16), Ok(()));
        for (kibibytes, passes, lanes) in
            [(u32::MAX, 1, 1), (1024, u32::MAX, 1), (1024, 1, u32::MAX), (0, 1, 1)]
        {
            assert_eq!(code(kibibytes, passes, lanes), Err("vault_refused".into()));
        }
    }

    #[test]
    fn foreign_newer_cut_and_damaged_files_each_have_their_words() {
        let mut whole = Header { origin: Origin::Bytes, salt: [0; 16], nonce: [0; 24] }.bytes(0);
        whole.extend(checksum(&whole));
        let mut newer = whole.clone();
        newer[MAGIC.len()] = 2;
        let mut longer = whole.clone();
        longer.push(0);
        let words = |bytes: &[u8]| parse(Path::new("/v"), bytes).map(|_| ()).unwrap_err();

        assert!(words(b"").message.contains("no vault"));
        assert!(words(b"PK\x03\x04").message.contains("no vault"));
        assert_eq!(words(&newer).code, "vault_newer");
        assert!(words(&whole[..whole.len() - 1]).message.contains("cut short"));
        assert!(words(&longer).message.contains("damaged"));
    }
}

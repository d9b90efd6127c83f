//! How PKCS#12 makes keys of a password (RFC 7292, appendix B.2).
//!
//! The names of the steps are the appendix's. The hashes with blocks of 64 and of 128 bytes are known.

use std::num::NonZeroU32;

use aws_lc_rs::digest::{self, Algorithm};
use zeroize::Zeroizing;

/// What the bytes are for: the appendix's ID.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Fills `out`. The password is in UTF-16 with its closing zero.
pub(super) fn derive(
    hash: &'static Algorithm,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    rounds: NonZeroU32,
    out: &mut [u8],
) {
    let v = hash.block_len();
    let mut input = Zeroizing::new(repeated(salt, v));
    input.extend_from_slice(&Zeroizing::new(repeated(password, v)));
    for part in out.chunks_mut(hash.output_len()) {
        let a = hashed(hash, purpose, &input, rounds);
        part.copy_from_slice(&a[..part.len()]);
        for block in input.chunks_mut(v) {
            add(block, &a);
        }
    }
}

/// As many copies as fill whole blocks; none of nothing.
fn repeated(bytes: &[u8], block: usize) -> Vec<u8> {
    bytes.iter().copied().cycle().take(bytes.len().next_multiple_of(block)).collect()
}

fn hashed(
    hash: &'static Algorithm,
    purpose: Purpose,
    input: &[u8],
    rounds: NonZeroU32,
) -> Zeroizing<Vec<u8>> {
    let mut first = digest::Context::new(hash);
    first.update(&vec![purpose as u8; hash.block_len()]);
    first.update(input);
    let mut a = Zeroizing::new(first.finish().as_ref().to_vec());
    for _ in 1..rounds.get() {
        let next = digest::digest(hash, &a);
        a.copy_from_slice(next.as_ref());
    }
    a
}

/// `block + B + 1`, where B is copies of A as long as the block; the carry out of the front is dropped.
fn add(block: &mut [u8], a: &[u8]) {
    let mut carry = 1;
    for index in (0..block.len()).rev() {
        let sum = u16::from(block[index]) + u16::from(a[index % a.len()]) + carry;
        block[index] = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers_of_other_programs_come_out() {
        let smeg = [0, b's', 0, b'm', 0, b'e', 0, b'g', 0, 0];
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let (mut key, mut iv) = ([0; 24], [0; 8]);

        derive(&digest::SHA1_FOR_LEGACY_USE_ONLY, Purpose::Key, &smeg, &salt, NonZeroU32::MIN, &mut key);
        derive(&digest::SHA1_FOR_LEGACY_USE_ONLY, Purpose::Iv, &smeg, &salt, NonZeroU32::MIN, &mut iv);

        assert_eq!(key[..12], [0x8a, 0xaa, 0xe6, 0x29, 0x7b, 0x6c, 0xb0, 0x46, 0x42, 0xab, 0x5b, 0x07]);
        assert_eq!(key[12..], [0x78, 0x51, 0x28, 0x4e, 0xb7, 0x12, 0x8f, 0x1a, 0x2a, 0x7f, 0xbc, 0xa3]);
        assert_eq!(iv, [0x79, 0x99, 0x3d, 0xfe, 0x04, 0x8d, 0x3b, 0x76]);
    }

    #[test]
    fn nothing_is_repeated_to_nothing_and_a_byte_to_a_block() {
        assert!(repeated(&[], 64).is_empty());
        assert_eq!(repeated(&[7], 64), [7; 64]);
        assert_eq!(repeated(&[1; 65], 64).len(), 128);
    }
}

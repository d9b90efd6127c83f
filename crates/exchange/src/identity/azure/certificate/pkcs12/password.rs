//! What a password proves and opens: the file's checksum, and the ciphers of PBES2 (RFC 8018, OpenSSL 3)
//! and of PKCS#12 itself (RFC 7292; Azure Key Vault, Windows, older programs).
//!
//! How often a hash is run is the file's choice, so all of them together have a limit.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, hmac, pbkdf2};
use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::{
    DAMAGED, TOO_LONG, UNKNOWN, WRONG_PASSWORD,
    cipher::Cipher,
    derivation::{Purpose, derive},
    fields::Fields,
};

/// A password that is tried on one file.
pub(super) struct Password {
    text: Zeroizing<Vec<u8>>,
    /// In UTF-16, big end first, with a zero behind: what PKCS#12's own derivation takes.
    wide: Zeroizing<Vec<u8>>,
    rounds_left: u32,
}

impl Password {
    pub(super) fn new(text: &str) -> Self {
        let mut wide = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        wide.extend(text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
        Self { text: Zeroizing::new(text.as_bytes().to_vec()), wide, rounds_left: MOST_ROUNDS }
    }

    /// Whether the file's checksum was made with this password.
    pub(super) fn check(&mut self, mut mac: Fields<'_>, safe: &[u8]) -> Result<(), &'static str> {
        let mut info = mac.sequence()?;
        let (hash, algorithm) = checksum(info.sequence()?.oid()?)?;
        let (expected, salt) = (info.octets()?, mac.octets()?);
        let rounds = self.spend(mac.number_if_any()?.unwrap_or(1))?;
        let fits = |wide: &[u8]| {
            let mut key = Zeroizing::new(vec![0; hash.output_len()]);
            derive(hash, Purpose::Mac, wide, salt, rounds, &mut key);
            hmac::verify(&hmac::Key::new(algorithm, &key), safe, expected).is_ok()
        };
        if fits(&self.wide) {
            return Ok(());
        }
        // Some programs take an empty password for none, without even the zero.
        if self.text.is_empty() && fits(&[]) {
            self.wide.clear();
            return Ok(());
        }
        Err(WRONG_PASSWORD)
    }

    /// Decrypts under an `AlgorithmIdentifier`.
    pub(super) fn open(
        &mut self,
        mut algorithm: Fields<'_>,
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let cipher = match algorithm.oid()? {
            PBES2 => return self.open_pbes2(algorithm.sequence()?, encrypted),
            SHA1_AND_3DES => Cipher::TripleDes,
            SHA1_AND_RC2_128 => Cipher::Rc2 { key_len: 16 },
            SHA1_AND_RC2_40 => Cipher::Rc2 { key_len: 5 },
            _ => return Err(UNKNOWN),
        };
        let mut parameters = algorithm.sequence()?;
        let salt = parameters.octets()?;
        let rounds = self.spend(parameters.number()?)?;
        let (mut key, mut iv) = (Zeroizing::new(vec![0; cipher.key_len()]), [0; 8]);
        let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        derive(hash, Purpose::Key, &self.wide, salt, rounds, &mut key);
        derive(hash, Purpose::Iv, &self.wide, salt, rounds, &mut iv);
        cipher.decrypt(&key, &iv, encrypted).ok_or(DAMAGED)
    }

    fn open_pbes2(
        &mut self,
        mut parameters: Fields<'_>,
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let (mut derivation, mut encryption) = (parameters.sequence()?, parameters.sequence()?);
        let cipher = match encryption.oid()? {
            AES_128_CBC => Cipher::Aes { key_len: 16 },
            AES_192_CBC => Cipher::Aes { key_len: 24 },
            AES_256_CBC => Cipher::Aes { key_len: 32 },
            DES_EDE3_CBC => Cipher::TripleDes,
            _ => return Err(UNKNOWN),
        };
        let iv = encryption.octets()?;
        if derivation.oid()? != PBKDF2 {
            return Err(UNKNOWN);
        }
        let mut derivation = derivation.sequence()?;
        let salt = derivation.octets()?;
        let rounds = self.spend(derivation.number()?)?;
        // A stated length is that of the cipher, or decrypting fails.
        derivation.number_if_any()?;
        let hash = match derivation.sequence_if_any()? {
            Some(mut named) => pseudorandom(named.oid()?)?,
            None => pbkdf2::PBKDF2_HMAC_SHA1,
        };
        let mut key = Zeroizing::new(vec![0; cipher.key_len()]);
        pbkdf2::derive(hash, rounds, salt, &self.text, &mut key);
        cipher.decrypt(&key, iv, encrypted).ok_or(DAMAGED)
    }

    fn spend(&mut self, rounds: u32) -> Result<NonZeroU32, &'static str> {
        self.rounds_left = self.rounds_left.checked_sub(rounds).ok_or(TOO_LONG)?;
        NonZeroU32::new(rounds).ok_or(DAMAGED)
    }
}

fn checksum(oid: ObjectIdentifier) -> Result<(&'static digest::Algorithm, hmac::Algorithm), &'static str> {
    match oid {
        SHA1 => Ok((&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)),
        SHA256 => Ok((&digest::SHA256, hmac::HMAC_SHA256)),
        SHA384 => Ok((&digest::SHA384, hmac::HMAC_SHA384)),
        SHA512 => Ok((&digest::SHA512, hmac::HMAC_SHA512)),
        _ => Err(UNKNOWN),
    }
}

fn pseudorandom(oid: ObjectIdentifier) -> Result<pbkdf2::Algorithm, &'static str> {
    match oid {
        HMAC_SHA1 => Ok(pbkdf2::PBKDF2_HMAC_SHA1),
        HMAC_SHA256 => Ok(pbkdf2::PBKDF2_HMAC_SHA256),
        HMAC_SHA384 => Ok(pbkdf2::PBKDF2_HMAC_SHA384),
        HMAC_SHA512 => Ok(pbkdf2::PBKDF2_HMAC_SHA512),
        _ => Err(UNKNOWN),
    }
}

/// A second or two; OpenSSL writes 2,048 a key, Windows 2,000, the most careful programs 600,000.
const MOST_ROUNDS: u32 = 5_000_000;
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SHA1_AND_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const SHA1_AND_RC2_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5");
const SHA1_AND_RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");
const AES_128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
const DES_EDE3_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.7");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const HMAC_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");
const HMAC_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.11");

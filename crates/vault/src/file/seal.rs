//! The key of a file, and what it closes and opens.
//!
//! `XChaCha20-Poly1305`, whose nonces are long enough to be drawn anew for every write without counting them.
//! The header is sealed along, so that nothing in it can be changed unnoticed.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use zeroize::Zeroizing;

use crate::file::{
    header::{Cost, Header, Origin, Parts, checksum},
    keys::{Keys, Material, wrong},
};

/// A key and where it came from.
pub(crate) struct Seal {
    origin: Origin,
    salt: [u8; 16],
    key: Zeroizing<[u8; 32]>,
}

impl Seal {
    /// For a new file.
    pub(crate) fn fresh(keys: &Keys, cost: Cost) -> Result<Self, ExchangeError> {
        let material = keys.for_new_file()?;
        let origin = match material {
            Material::Passphrase(_) => Origin::Passphrase(cost),
            Material::Bytes(_) => Origin::Bytes,
        };
        let salt = random()?;
        Ok(Self { origin, salt, key: derive(&material, origin, &salt)? })
    }

    /// For the file with this header.
    pub(crate) fn of(header: &Header, path: &Path, keys: &Keys) -> Result<Self, ExchangeError> {
        let material = keys.for_file(path, header.origin)?;
        let key = derive(&material, header.origin, &header.salt)?;
        Ok(Self { origin: header.origin, salt: header.salt, key })
    }

    /// A whole file.
    pub(crate) fn close(&self, plain: &[u8]) -> Result<Vec<u8>, ExchangeError> {
        let header = Header { origin: self.origin, salt: self.salt, nonce: random()? };
        let length = u32::try_from(plain.len() + TAG).map_err(|_| internal("too much to seal"))?;
        let mut bytes = header.bytes(length);
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(header.nonce), Payload { msg: plain, aad: &bytes })
            .map_err(|_| internal("sealing failed"))?;
        bytes.extend(sealed);
        bytes.extend(checksum(&bytes));
        Ok(bytes)
    }

    /// What was closed.
    pub(crate) fn open(&self, path: &Path, parts: &Parts<'_>) -> Result<Zeroizing<Vec<u8>>, ExchangeError> {
        let payload = Payload { msg: parts.sealed, aad: parts.clear };
        let opened = self.cipher().decrypt(&XNonce::from(parts.header.nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| self.refusal(path))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.key).into())
    }

    /// The checksum was right, so it is the key, or somebody who can write the file has changed it on purpose.
    fn refusal(&self, path: &Path) -> ExchangeError {
        let path = path.display();
        match self.origin {
            Origin::Passphrase(_) => wrong(format!("the passphrase does not open `{path}`"))
                .with_hint("to type it again, run `shorepass vault unlock`"),
            Origin::Bytes => wrong(format!(
                "the key does not open `{path}`: it was made with another key file or credential"
            ))
            .with_hint("set `key_file` or `key_credential` in `[vault]` as it was"),
        }
    }
}

fn derive(
    material: &Material,
    origin: Origin,
    salt: &[u8; 16],
) -> Result<Zeroizing<[u8; 32]>, ExchangeError> {
    let mut key = Zeroizing::new([0; 32]);
    match (material, origin) {
        (Material::Passphrase(typed), Origin::Passphrase(cost)) => {
            let params = Params::new(cost.kibibytes, cost.passes, cost.lanes, None)
                .map_err(|_| internal("no key can be made at this cost"))?;
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(typed.expose().as_bytes(), salt, &mut *key)
                .map_err(|_| internal("no key can be made of the passphrase"))?;
        }
        (Material::Bytes(bytes), Origin::Bytes) => Hkdf::<Sha256>::new(Some(salt), bytes)
            .expand(PURPOSE, &mut *key)
            .map_err(|_| internal("no key can be made of the key file"))?,
        _ => return Err(internal("a key of another origin")),
    }
    Ok(key)
}

fn random<const N: usize>() -> Result<[u8; N], ExchangeError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| internal("the system has no random numbers"))?;
    Ok(bytes)
}

fn internal(what: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "internal", format!("a fault of the vault's worker: {what}"))
}

const PURPOSE: &[u8] = b"shorepass vault, version 1";
const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;
    use crate::file::header;

    const CHEAP: Cost = Cost { kibibytes: 8, passes: 1, lanes: 1 };

    #[test]
    fn what_is_closed_can_be_opened_with_the_same_key_only() {
        let typed = |text: &str| Keys { passphrase: Some(Secret::new(text)), ..Keys::default() };
        let path = Path::new("/v");
        let bytes = Seal::fresh(&typed("right"), CHEAP).unwrap().close(b"plain").unwrap();
        let parts = header::parse(path, &bytes).unwrap();
        let open = |keys: &Keys| Seal::of(&parts.header, path, keys).unwrap().open(path, &parts);

        assert_eq!(&**open(&typed("right")).unwrap(), b"plain");
        assert_eq!(open(&typed("wrong")).unwrap_err().code, "vault_key_wrong");
    }

    #[test]
    fn a_changed_header_or_sealed_part_is_noticed_even_with_its_checksum_made_right() {
        let keys = Keys { passphrase: Some(Secret::new("right")), ..Keys::default() };
        let path = Path::new("/v");
        let whole = Seal::fresh(&keys, CHEAP).unwrap().close(b"plain").unwrap();
        let body = whole.len() - 32;

        for at in 0..body {
            let mut bytes = whole[..body].to_vec();
            bytes[at] ^= 1;
            bytes.extend(checksum(&bytes));
            let opened = header::parse(path, &bytes)
                .and_then(|parts| Seal::of(&parts.header, path, &keys)?.open(path, &parts));
            assert!(opened.is_err(), "byte {at}");
        }
    }

    #[test]
    fn no_two_writes_share_a_nonce() {
        let keys = Keys { passphrase: Some(Secret::new("right")), ..Keys::default() };
        let seal = Seal::fresh(&keys, CHEAP).unwrap();
        let nonce = |bytes: Vec<u8>| header::parse(Path::new("/v"), &bytes).unwrap().header.nonce;

        assert_ne!(nonce(seal.close(b"plain").unwrap()), nonce(seal.close(b"plain").unwrap()));
    }
}

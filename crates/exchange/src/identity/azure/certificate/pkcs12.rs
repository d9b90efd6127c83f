//! A key and its certificates out of a PKCS#12 file (RFC 7292).
//!
//! DER only, under a password or an empty one. What a bag says about itself (names, the program that made
//! it) is not looked at: some programs write those sets in an order that DER forbids.

mod cipher;
mod derivation;
mod fields;
mod password;

use der::asn1::ObjectIdentifier;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use fields::Fields;
use password::Password;

/// The first key, and all certificates in the file's order.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) key: Option<Zeroizing<PrivateKeyDer<'static>>>,
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

/// Checks the password against the whole file, then opens what lies in it.
pub(super) fn open(file: &[u8], password: &str) -> Result<Contents, &'static str> {
    if file.get(1) == Some(&OPEN_LENGTH) {
        return Err(OPEN);
    }
    let (mut outer, safe) = outermost(file).map_err(|_| NEITHER)?;
    let mut password = Password::new(password);
    password.check(outer.sequence_if_any()?.ok_or(NO_MAC)?, safe)?;
    let mut contents = Contents::default();
    let mut parts = Fields::of(safe)?.sequence()?;
    while !parts.is_finished() {
        let mut part = parts.sequence()?;
        match part.oid()? {
            DATA => contents.take_bags(part.explicit()?.octets()?, &mut password)?,
            ENCRYPTED_DATA => {
                let plain = decrypted(part.explicit()?.sequence()?, &mut password)?;
                contents.take_bags(&plain, &mut password)?;
            }
            _ => return Err(UNKNOWN),
        }
    }
    Ok(contents)
}

/// What follows the authenticated part, and that part itself.
fn outermost(file: &[u8]) -> Result<(Fields<'_>, &[u8]), &'static str> {
    let mut outer = Fields::of(file)?.sequence()?;
    if outer.number()? != VERSION {
        return Err(DAMAGED);
    }
    let mut content = outer.sequence()?;
    if content.oid()? != DATA {
        return Err(DAMAGED);
    }
    let safe = content.explicit()?.octets()?;
    Ok((outer, safe))
}

fn decrypted(mut encrypted: Fields<'_>, password: &mut Password) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    encrypted.number()?;
    let mut content = encrypted.sequence()?;
    content.oid()?;
    password.open(content.sequence()?, content.implicit_octets()?)
}

impl Contents {
    fn take_bags(&mut self, safe: &[u8], password: &mut Password) -> Result<(), &'static str> {
        let mut bags = Fields::of(safe)?.sequence()?;
        while !bags.is_finished() {
            let mut bag = bags.sequence()?;
            let kind = bag.oid()?;
            let mut value = bag.explicit()?;
            match kind {
                KEY_BAG => self.take_key(value.element()?),
                SHROUDED_KEY_BAG => {
                    let mut shrouded = value.sequence()?;
                    self.take_key(&password.open(shrouded.sequence()?, shrouded.octets()?)?);
                }
                CERTIFICATE_BAG => self.take_certificate(value.sequence()?)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn take_key(&mut self, key: &[u8]) {
        let key = || Zeroizing::new(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec())));
        self.key.get_or_insert_with(key);
    }

    fn take_certificate(&mut self, mut bag: Fields<'_>) -> Result<(), &'static str> {
        if bag.oid()? == X509_CERTIFICATE {
            self.certificates.push(CertificateDer::from(bag.explicit()?.octets()?.to_vec()));
        }
        Ok(())
    }
}

pub(super) const NEITHER: &str = "it is neither PEM nor PKCS#12";
pub(super) const WRONG_PASSWORD: &str = "the password is wrong";
pub(super) const OPEN: &str = "it is no DER, as PKCS#12 must be here, but has lengths that are left open";
pub(super) const UNKNOWN: &str = "it is PKCS#12 with a cipher or a hash that is not known here";
pub(super) const NO_MAC: &str =
    "it is PKCS#12 without a checksum (MAC), so no password can be told from another";
pub(super) const TOO_LONG: &str = "it is PKCS#12 that takes more rounds of hashing than are done here";
const DAMAGED: &str = "it is PKCS#12 and damaged";

const VERSION: u32 = 3;
/// BER, as some browsers write it.
const OPEN_LENGTH: u8 = 0x80;
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

#[cfg(test)]
mod tests;

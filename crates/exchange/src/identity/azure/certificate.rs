//! An application's certificate and key, and the assertions that are signed with it (RFC 7523).
//!
//! The file is PEM, or PKCS#12 under a password. An encrypted key in PEM is not opened: whoever has such
//! a key has the tool at hand that decrypts it.

mod pkcs12;

use std::{fmt, path::Path, time::SystemTime};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls::{
    SignatureAlgorithm,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use serde_json::json;
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;
use zeroize::Zeroizing;

use super::misconfigured;
use crate::{clock, file};

/// A certificate with its key.
pub(super) struct Certificate {
    /// The one of the key first.
    chain: Vec<CertificateDer<'static>>,
    key: EncodingKey,
}

impl Certificate {
    /// Reads a file with one RSA key and its certificate, in any order. Only PKCS#12 has a password.
    pub(super) fn read(path: &Path, password: Option<&Secret>) -> Result<Self, ExchangeError> {
        let broken = |why: &str| unusable(path, why);
        let bytes = file::bytes(path, LONGEST_FILE).map_err(|why| broken(&why))?;
        Self::parse(&bytes, password.map(Secret::expose).unwrap_or_default()).map_err(|why| match why {
            pkcs12::WRONG_PASSWORD => locked(path, password.is_some()),
            _ => broken(why).with_hint(remedy(path, why)),
        })
    }

    /// Says that the application is the one that holds the key, to whoever answers at `audience`.
    pub(super) fn assert(
        &self,
        client_id: &str,
        audience: &str,
        sends_chain: bool,
        now: SystemTime,
    ) -> Result<Secret, ExchangeError> {
        let unsigned =
            || ExchangeError::new(ErrorKind::Unexpected, "internal", "the assertion cannot be signed");
        let now = clock::since_epoch_ms(now) / 1000;
        let mut id = [0; 16];
        aws_lc_rs::default_provider().secure_random.fill(&mut id).map_err(|_| unsigned())?;
        let claims = json!({
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": URL_SAFE_NO_PAD.encode(id),
            "iat": now,
            "nbf": now,
            "exp": now + LIFE_SECONDS,
        });
        jsonwebtoken::encode(&self.header(sends_chain), &claims, &self.key)
            .map(Secret::new)
            .map_err(|_| unsigned())
    }

    fn header(&self, sends_chain: bool) -> Header {
        let certificate = self.chain.first().map(AsRef::as_ref).unwrap_or_default();
        let mut header = Header::new(Algorithm::PS256);
        // Some national clouds know a certificate by the older thumbprint only.
        header.x5t = Some(URL_SAFE_NO_PAD.encode(<sha1::Sha1 as sha1::Digest>::digest(certificate)));
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(<sha2::Sha256 as sha2::Digest>::digest(certificate)));
        header.x5c = sends_chain.then(|| self.chain.iter().map(|der| STANDARD.encode(der)).collect());
        header
    }

    fn parse(bytes: &[u8], password: &str) -> Result<Self, &'static str> {
        let (key, mut chain) = match bytes.first() {
            Some(&DER_SEQUENCE) => opened(bytes, password)?,
            _ => from_pem(bytes)?,
        };
        let signing = aws_lc_rs::default_provider()
            .key_provider
            .load_private_key(key.clone_key())
            .ok()
            .filter(|key| key.algorithm() == SignatureAlgorithm::RSA)
            .ok_or("its key is no RSA key")?;
        let is_of_key = |certificate: &CertificateDer<'static>| {
            CertifiedKey::new(vec![certificate.clone()], signing.clone()).keys_match().is_ok()
        };
        let own = chain.iter().position(is_of_key).ok_or("it holds no certificate of its key")?;
        chain[..=own].rotate_right(1);
        Ok(Self { chain, key: encoding_key(&key).ok_or("its key is no RSA key")? })
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

/// A key, and the certificates that lie with it.
type Found = (Zeroizing<PrivateKeyDer<'static>>, Vec<CertificateDer<'static>>);

fn from_pem(bytes: &[u8]) -> Result<Found, &'static str> {
    if bytes.windows(ENCRYPTED_MARK.len()).any(|window| window == ENCRYPTED_MARK) {
        return Err(ENCRYPTED);
    }
    let key = PrivateKeyDer::from_pem_slice(bytes).map_err(|_| NO_KEY)?;
    Ok((Zeroizing::new(key), CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).collect()))
}

fn opened(bytes: &[u8], password: &str) -> Result<Found, &'static str> {
    let contents = pkcs12::open(bytes, password)?;
    Ok((contents.key.ok_or(NO_KEY)?, contents.certificates))
}

fn unusable(path: &Path, why: &str) -> ExchangeError {
    let shown = path.display();
    misconfigured("azure_certificate_broken", format!("the certificate in `{shown}` cannot be used: {why}"))
}

fn locked(path: &Path, has_password: bool) -> ExchangeError {
    let shown = path.display();
    let why = if has_password { pkcs12::WRONG_PASSWORD } else { "it has a password, and none is given" };
    misconfigured(
        "azure_certificate_password_wrong",
        format!("the certificate in `{shown}` cannot be opened: {why}"),
    )
    .with_hint("put the password of the file into `AZURE_CLIENT_CERTIFICATE_PASSWORD`")
}

fn remedy(path: &Path, why: &str) -> String {
    let shown = path.display();
    match why {
        pkcs12::OPEN | pkcs12::UNKNOWN | pkcs12::NO_MAC | pkcs12::TOO_LONG => {
            format!("turn it into PEM: `openssl pkcs12 -in {shown} -nodes -out {shown}.pem`")
        }
        ENCRYPTED => format!("put the decrypted key there: `openssl rsa -in {shown}`"),
        _ => "name a PEM or PKCS#12 file with an RSA key and its certificate in \
              `AZURE_CLIENT_CERTIFICATE_PATH` or `certificate_file`"
            .into(),
    }
}

fn encoding_key(key: &PrivateKeyDer<'_>) -> Option<EncodingKey> {
    let label = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Pkcs8(_) => "PRIVATE KEY",
        _ => return None,
    };
    let body = Zeroizing::new(STANDARD.encode(key.secret_der()));
    let pem = Zeroizing::new(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", *body));
    EncodingKey::from_rsa_pem(pem.as_bytes()).ok()
}

const LIFE_SECONDS: u64 = 600;
const LONGEST_FILE: u64 = 256 * 1024;
const NO_KEY: &str = "it holds no key";
const ENCRYPTED: &str = "its key is encrypted";
const ENCRYPTED_MARK: &[u8] = b"ENCRYPTED";
const DER_SEQUENCE: u8 = 0x30;

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_pem_file_is_read_in_any_order_and_with_either_form_of_key() {
        let (own, other) = (Made::new(), Made::new());

        for pem in [
            format!("{}{}", own.key, own.certificate),
            format!("{}{}", own.certificate, own.key),
            format!("{}{}", own.certificate, own.old_key),
            format!("{}{}{}", other.certificate, own.certificate, own.key),
        ] {
            let certificate = Certificate::parse(pem.as_bytes(), "").unwrap();

            assert_eq!(certificate.chain[0], own.der);
        }
    }

    #[test]
    fn an_assertion_says_who_and_for_whom_and_for_how_long() {
        let made = Made::new();
        let certificate = Certificate::parse(made.pem().as_bytes(), "").unwrap();
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_767_225_600);

        let signed = certificate.assert("app", "https://login.example/t", true, now).unwrap();

        let header = jsonwebtoken::decode_header(signed.expose()).unwrap();
        let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(signed.expose()).unwrap();
        assert_eq!(header.alg, Algorithm::PS256);
        assert_eq!(header.x5c, Some(vec![STANDARD.encode(&made.der)]));
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("app"), &json!("app")));
        assert_eq!(claims["aud"], "https://login.example/t");
        assert_eq!(
            (claims["nbf"].as_u64(), claims["exp"].as_u64()),
            (Some(1_767_225_600), Some(1_767_226_200))
        );
        assert!(!claims["jti"].as_str().unwrap().is_empty());
        assert_eq!(format!("{certificate:?}"), "Certificate { .. }");
    }

    #[test]
    fn what_cannot_be_used_says_why_without_repeating_it() {
        let (own, other) = (Made::new(), Made::new());
        let curve = KeyPair::generate().unwrap().serialize_pem();

        for (pem, why) in [
            ("canary".to_owned(), NO_KEY),
            (own.key.clone(), "it holds no certificate of its key"),
            (format!("{}{}", own.key, other.certificate), "it holds no certificate of its key"),
            (format!("{curve}{}", own.certificate), "its key is no RSA key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\ncanary".to_owned(), ENCRYPTED),
            ("0\u{1}canary".to_owned(), pkcs12::NEITHER),
        ] {
            assert_eq!(Certificate::parse(pem.as_bytes(), "").unwrap_err(), why);
        }
        let absent = Certificate::read(Path::new("/nowhere/at-all.pem"), None).unwrap_err();
        assert_eq!(absent.code, "azure_certificate_broken");
        assert!(absent.message.contains("not there"), "{}", absent.message);
    }

    struct Made {
        key: String,
        /// PKCS#1
        old_key: String,
        certificate: String,
        der: CertificateDer<'static>,
    }

    impl Made {
        fn pem(&self) -> String {
            format!("{}{}", self.key, self.certificate)
        }

        fn new() -> Self {
            let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
            let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
            let inner = STANDARD.encode(&key.serialize_der()[PKCS8_AROUND_RSA..]);
            Self {
                old_key: format!("-----BEGIN RSA PRIVATE KEY-----\n{inner}\n-----END RSA PRIVATE KEY-----\n"),
                key: key.serialize_pem(),
                certificate: certificate.pem(),
                der: certificate.der().clone(),
            }
        }
    }

    /// How much stands before the key proper, for keys of this size.
    const PKCS8_AROUND_RSA: usize = 26;
}

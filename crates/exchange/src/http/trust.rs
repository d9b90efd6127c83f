//! Whose certificates are trusted.
//!
//! The SDK ignores `AWS_CA_BUNDLE` and `ca_bundle`, which the AWS CLI honours, and panics at a
//! certificate that it cannot read, so the bundle is sifted here first. Without a bundle it takes the
//! system's certificates, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.

use std::path::Path;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::failure::io_words;

/// The certificates to trust: those of the bundle, if one is named, else the system's.
///
/// # Errors
/// The bundle cannot be read or holds no certificate.
pub(crate) fn trust(bundle: Option<(&str, &Path)>) -> Result<TlsContext, ExchangeError> {
    let store = match bundle {
        Some((setting, path)) => TrustStore::empty().with_pem_certificate(certificates(setting, path)?),
        None => TrustStore::default(),
    };
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|_| ExchangeError::new(ErrorKind::Unexpected, "internal", "TLS cannot be set up"))
}

/// Whether a bundle that the TLS library reads by itself can be read.
///
/// # Errors
/// It cannot, or holds no certificate.
pub(crate) fn check((setting, path): (&str, &Path)) -> Result<(), ExchangeError> {
    certificates(setting, path).map(drop)
}

/// The readable certificates of a bundle, as PEM; what the TLS library would not take is left out.
fn certificates(setting: &str, path: &Path) -> Result<Vec<u8>, ExchangeError> {
    let broken = |why: String| {
        ExchangeError::new(
            ErrorKind::Misconfigured,
            "ca_bundle_broken",
            format!("the certificates in `{}` cannot be used: {why}", path.display()),
        )
        .with_hint(format!("name a file with PEM certificates in `{setting}`"))
    };
    let bytes = std::fs::read(path).map_err(|e| broken(io_words(&e)))?;
    let mut usable = RootCertStore::empty();
    let mut pem = String::new();
    for certificate in CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok) {
        if usable.add(certificate.clone()).is_ok() {
            let text = STANDARD.encode(&certificate);
            pem.push_str(&format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"));
        }
    }
    if usable.is_empty() { Err(broken("there is none in it".into())) } else { Ok(pem.into_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_an_error_and_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let bogus = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&path, bogus).unwrap();

        let empty = trust(Some(("AWS_CA_BUNDLE", &path))).unwrap_err();
        let absent = trust(Some(("AWS_CA_BUNDLE", &folder.path().join("none")))).unwrap_err();

        assert_eq!((empty.code.as_str(), absent.code.as_str()), ("ca_bundle_broken", "ca_bundle_broken"));
        assert!(absent.message.contains("not there"), "{}", absent.message);
    }
}

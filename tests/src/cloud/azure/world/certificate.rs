//! An application's certificate in the forms that clients read: PEM, and PKCS#12 by way of `openssl`.

use std::{fs, io::Write as _, process::Command};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use shorepass_secret::Secret;

/// A self-signed certificate and its RSA key.
#[derive(Debug, Clone)]
pub struct AppCertificate {
    certificate_pem: String,
    key_pem: Secret,
    public_pem: String,
    thumbprint: String,
    sha256_thumbprint: String,
}

impl AppCertificate {
    /// A fresh one; making the key takes a while.
    ///
    /// # Panics
    /// When the TLS library makes no key.
    #[must_use]
    pub fn generate(common_name: &str) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            .expect("the TLS library makes keys");
        let mut params = CertificateParams::new(Vec::new()).expect("there is no name to be wrong");
        params.distinguished_name.push(DnType::CommonName, common_name);
        let certificate = params.self_signed(&key).expect("the key signs its certificate");
        let thumbprint = |algorithm| BASE64_URL_SAFE_NO_PAD.encode(digest(algorithm, certificate.der()));
        Self {
            certificate_pem: certificate.pem(),
            key_pem: Secret::new(key.serialize_pem()),
            public_pem: key.public_key_pem(),
            thumbprint: thumbprint(&SHA1_FOR_LEGACY_USE_ONLY),
            sha256_thumbprint: thumbprint(&SHA256),
        }
    }

    /// Key and certificate in one PEM text, as `AZURE_CLIENT_CERTIFICATE_PATH` wants them.
    #[must_use]
    pub fn pem(&self) -> String {
        format!("{}{}", self.key_pem.expose(), self.certificate_pem)
    }

    /// The key alone, PKCS#8.
    #[must_use]
    pub fn key_pem(&self) -> &Secret {
        &self.key_pem
    }

    /// The certificate alone.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The value of `x5t`.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The value of `x5t#S256`.
    #[must_use]
    pub fn sha256_thumbprint(&self) -> &str {
        &self.sha256_thumbprint
    }

    /// The same as PKCS#12 under a password.
    ///
    /// # Panics
    /// When there is no `openssl` command or it refuses.
    #[must_use]
    pub fn pkcs12(&self, password: &str) -> Vec<u8> {
        let mut pem = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        pem.write_all(self.pem().as_bytes()).expect("the temporary file can be written");
        let target = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        let made = Command::new("openssl")
            .args(["pkcs12", "-export", "-passout", &format!("pass:{password}"), "-in"])
            .arg(pem.path())
            .arg("-out")
            .arg(target.path())
            .output()
            .expect("the `openssl` command is needed for PKCS#12 and must be installed");
        assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
        fs::read(target.path()).expect("openssl has written the file")
    }

    pub(in crate::cloud::azure) fn public_pem(&self) -> &str {
        &self.public_pem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkcs12_holds_the_same_certificate() {
        let certificate = AppCertificate::generate("build");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("build.pfx");
        fs::write(&file, certificate.pkcs12("hunter2")).unwrap();

        let read = |password: &str| {
            Command::new("openssl")
                .args(["pkcs12", "-nokeys", "-passin", &format!("pass:{password}"), "-in"])
                .arg(&file)
                .output()
                .unwrap()
        };

        let body = certificate.certificate_pem().lines().nth(1).unwrap();
        assert!(String::from_utf8(read("hunter2").stdout).unwrap().contains(&body[..60]));
        assert!(!read("wrong").status.success());
    }
}

//! A certificate authority that lives as long as one test.
//!
//! It writes its certificate, alone and behind the system's bundle, and issues P-256 server
//! certificates; its own key never leaves memory.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A throw-away authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    ca_file: PathBuf,
    bundle_file: PathBuf,
}

impl Authority {
    /// Makes an authority and writes `ca.pem` and `bundle.pem` into the folder.
    ///
    /// # Errors
    /// When the key cannot be made or the folder cannot be written.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.distinguished_name = named("Shorepass test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;

        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let (ca_file, bundle_file) = (folder.join("ca.pem"), folder.join("bundle.pem"));
        let system = SYSTEM_BUNDLES.iter().find_map(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        fs::write(&ca_file, issuer.pem())?;
        fs::write(&bundle_file, format!("{system}\n{}", issuer.pem()))?;

        Ok(Self { issuer, ca_file, bundle_file })
    }

    /// The authority's certificate, alone.
    #[must_use]
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// The system's certificates and the authority's, for programs whose variable replaces the system's.
    #[must_use]
    pub fn bundle_file(&self) -> &Path {
        &self.bundle_file
    }

    /// Issues a server certificate for names and addresses; loopback is always among them.
    ///
    /// # Errors
    /// When a name is no DNS name.
    pub fn issue(&self, names: &[&str]) -> io::Result<ServerCertificate> {
        let mut all: Vec<String> = LOOPBACK.iter().map(ToString::to_string).collect();
        all.extend(names.iter().filter(|name| !LOOPBACK.contains(name)).map(ToString::to_string));
        let subject = names.first().copied().unwrap_or("localhost");

        let mut params = CertificateParams::new(all).map_err(io::Error::other)?;
        params.distinguished_name = named(if subject.len() <= 64 { subject } else { "server" });
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(io::Error::other)?;

        Ok(ServerCertificate { certificate: certificate.der().clone(), pem: certificate.pem(), key })
    }
}

/// A certificate and the key that goes with it.
pub struct ServerCertificate {
    certificate: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl ServerCertificate {
    /// The certificate as PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The private key as PKCS#8 PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// Writes `NAME.pem` and `NAME.key` for a server that reads files.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> io::Result<(PathBuf, PathBuf)> {
        let folder = folder.canonicalize()?;
        let (certificate, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
        fs::write(&certificate, &self.pem)?;
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&key)?
            .write_all(self.key_pem().as_bytes())?;
        Ok((certificate, key))
    }

    /// The TLS settings of a server that shows this certificate.
    ///
    /// # Errors
    /// When the TLS library refuses the pair.
    pub fn server_config(&self) -> io::Result<Arc<ServerConfig>> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(io::Error::other)?
                .with_no_client_auth()
                .with_single_cert(vec![self.certificate.clone()], key)
                .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

const SYSTEM_BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_ends_with_the_authority_and_the_pair_serves() {
        let folder = tempfile::tempdir().unwrap();

        let authority = Authority::new(folder.path()).unwrap();
        let certificate = authority.issue(&["api.ecr.eu-west-1.amazonaws.com", "10.1.2.3"]).unwrap();

        let ca = fs::read_to_string(authority.ca_file()).unwrap();
        assert!(fs::read_to_string(authority.bundle_file()).unwrap().ends_with(&ca));
        assert!(certificate.server_config().is_ok());
        let (pem, key) = certificate.write(folder.path(), "server").unwrap();
        assert!(pem.exists() && key.exists());
    }
}

//! Applications: their ids and the ways in which they may prove who they are.

use shorepass_secret::Secret;

use super::{certificate::AppCertificate, principal::Principal};
use crate::cloud::random;

/// An application registration with its service principal.
#[derive(Debug, Clone)]
pub struct App {
    pub(in crate::cloud::azure) name: String,
    pub(in crate::cloud::azure) client_id: String,
    pub(in crate::cloud::azure) object_id: String,
    pub(in crate::cloud::azure) secrets: Vec<Secret>,
    pub(in crate::cloud::azure) expired_secrets: Vec<Secret>,
    pub(in crate::cloud::azure) certificates: Vec<AppCertificate>,
    pub(in crate::cloud::azure) federated: Vec<FederatedCredential>,
    pub(in crate::cloud::azure) is_public: bool,
}

/// Which tokens of an OIDC issuer stand for an application; each must be the same to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedCredential {
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `aud`
    pub audience: String,
}

impl App {
    /// An application with fresh ids and no way to prove who it is.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            client_id: random::request_id(),
            object_id: random::request_id(),
            secrets: Vec::new(),
            expired_secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
            is_public: false,
        }
    }

    /// With this client id instead.
    #[must_use]
    pub fn client_id(mut self, client_id: &str) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// With a client secret more.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(Secret::new(secret));
        self
    }

    /// With a certificate more.
    #[must_use]
    pub fn certificate(mut self, certificate: AppCertificate) -> Self {
        self.certificates.push(certificate);
        self
    }

    /// With a federated credential more.
    #[must_use]
    pub fn federated(mut self, issuer: &str, subject: &str, audience: &str) -> Self {
        let (issuer, subject, audience) = (issuer.into(), subject.into(), audience.into());
        self.federated.push(FederatedCredential { issuer, subject, audience });
        self
    }

    /// A client that cannot keep a secret, such as a program on a person's machine.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// From now on every secret that it has is expired.
    pub fn expire_secrets(&mut self) {
        self.expired_secrets.append(&mut self.secrets);
    }

    /// From now on it has these federated credentials and no others.
    pub fn set_federated(&mut self, federated: Vec<FederatedCredential>) {
        self.federated = federated;
    }

    /// From now on no certificate is registered.
    pub fn remove_certificates(&mut self) {
        self.certificates.clear();
    }

    /// The client id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.client_id
    }

    /// The first secret that has not expired.
    #[must_use]
    pub fn current_secret(&self) -> Option<&Secret> {
        self.secrets.first()
    }

    /// The first certificate.
    #[must_use]
    pub fn current_certificate(&self) -> Option<&AppCertificate> {
        self.certificates.first()
    }

    pub(super) fn principal(&self) -> Principal {
        Principal {
            name: self.name.clone(),
            client_id: self.client_id.clone(),
            object_id: self.object_id.clone(),
            proof: if self.certificates.is_empty() && self.federated.is_empty() { "1" } else { "2" },
            resource_id: None,
            user_name: None,
        }
    }
}

//! Google, with key files and a token service for its registries.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    cloud::{
        Issuer,
        google::{Google, PULLER, ServiceAccount, World},
    },
    registry::{TokenService, TokenServiceBuilder, admission},
};

use crate::{
    Arguments,
    ready::{describe_token_service, write_atomically},
};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: Google,
    token_service: Option<TokenService>,
    key_file: PathBuf,
    revoked_key_file: PathBuf,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let revoked = ServiceAccount::new(REVOKED).key(Issuer::rs256(REVOKED));
        let world = World::standard().account(revoked);
        let world = match arguments.jobs() {
            Some(jobs) => jobs.at_google(world),
            None => world,
        };
        let mut builder = Google::builder().listen(address).world(world);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let cloud = builder.start()?;
        let folder = arguments.folder();
        let token_service = arguments
            .google_token_service
            .map(|address| start_token_service(&cloud, address, certificate, &folder))
            .transpose()?;

        let folder = folder.canonicalize()?;
        let write = |email: &str, name: &str| {
            let mut file = cloud.credential_files().service_account(email);
            if certificate.is_some() {
                file["token_uri"] = TOKEN_URL.into();
            }
            let path = folder.join(name);
            write_atomically(&path, &file).map(|()| path)
        };
        let key_file = write(PULLER, "google.json")?;
        let revoked_key_file = write(REVOKED, "google-revoked.json")?;
        cloud.with_world(|world| {
            if let Some(account) = world.account_mut(REVOKED) {
                account.delete_keys();
            }
        });
        Ok(Self { cloud, token_service, key_file, revoked_key_file })
    }

    pub(crate) fn describe(&self) -> Value {
        json!({
            "url": self.cloud.url(),
            "account": PULLER,
            "key_file": self.key_file,
            "revoked_account": REVOKED,
            "revoked_key_file": self.revoked_key_file,
            "token_service": self.token_service.as_ref().map(describe_token_service),
        })
    }
}

fn start_token_service(
    cloud: &Google,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder().listen(address).certificate_name("google-token-signer.pem");
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(admission::of_google(cloud), folder)
}

/// An account whose only key has been deleted.
const REVOKED: &str = "revoked@shore.iam.gserviceaccount.com";
/// With TLS the cloud stands under Google's real names.
const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

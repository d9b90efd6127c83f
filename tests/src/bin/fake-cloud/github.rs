//! GitHub, with an app's key file and a token service for a registry that holds its images.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    cloud::github::GitHub,
    registry::{TokenService, TokenServiceBuilder},
};

use crate::{Arguments, ready::describe_token_service};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: GitHub,
    token_service: Option<TokenService>,
    key_file: PathBuf,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let mut builder = GitHub::builder().listen(address);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let cloud = builder.start()?;
        let folder = arguments.folder();
        let token_service = arguments
            .github_token_service
            .map(|address| start_token_service(&cloud, address, certificate, &folder))
            .transpose()?;
        let key_file = folder.canonicalize()?.join("github-app.pem");
        write_key(&cloud, &key_file)?;
        Ok(Self { cloud, token_service, key_file })
    }

    pub(crate) fn describe(&self) -> Value {
        let token = |login: &str| {
            self.cloud.with_world(|world| {
                let tokens = world.find_person(login).map(|person| person.tokens.clone());
                tokens.and_then(|tokens| Some(tokens.first()?.secret.expose().to_owned()))
            })
        };
        let job = self
            .cloud
            .with_world(|world| world.find_job("shoreteam/images").map(|job| job.token.expose().to_owned()));
        json!({
            "url": self.cloud.url(),
            "app_id": 1001,
            "installation": 2001,
            "key_file": self.key_file,
            "tokens": { "alice": token("alice"), "bob": token("bob"), "job": job },
            "token_service": self.token_service.as_ref().map(describe_token_service),
        })
    }
}

fn write_key(cloud: &GitHub, path: &Path) -> io::Result<()> {
    let key = cloud.with_world(|world| world.find_app("puller").map(|app| app.private_key().clone()));
    let key = key.ok_or_else(|| io::Error::other("the world has no such app"))?;
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(key.expose().as_bytes())
}

fn start_token_service(
    cloud: &GitHub,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder()
        .listen(address)
        .certificate_name("github-token-signer.pem")
        .without_refresh_tokens();
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(cloud.admission(), folder)
}

//! Docker Hub, with a token service for a registry that holds its images.

use std::{io, net::SocketAddr, path::Path, time::Duration};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    cloud::{
        hub::{CI_SUBJECT, CLIENT_ID, CONNECTION, Hub, World},
        stand::Standard as _,
    },
    registry::{TokenService, TokenServiceBuilder},
};

use crate::{Arguments, ready::describe_token_service};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: Hub,
    token_service: Option<TokenService>,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let mut builder = Hub::builder().listen(address).world(World::standard().client(DOCKER_CLI));
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let cloud = builder.start()?;
        cloud.knobs().device_interval(DEVICE_INTERVAL);
        let token_service = arguments
            .hub_token_service
            .map(|address| start_token_service(&cloud, address, certificate, &arguments.folder()))
            .transpose()?;
        Ok(Self { cloud, token_service })
    }

    pub(crate) fn describe(&self) -> Value {
        let token = |account: &str| {
            self.cloud.with_world(|world| {
                let tokens = world.find_account(account).map(|account| account.tokens.clone());
                tokens.and_then(|tokens| Some(tokens.first()?.secret.expose().to_owned()))
            })
        };
        json!({
            "url": self.cloud.url(),
            "connection": CONNECTION,
            "client_id": CLIENT_ID,
            "organisation": "shoreteam",
            "id_token": self.cloud.id_token(CI_SUBJECT, A_DAY),
            "tokens": { "alice": token("alice"), "shoreteam": token("shoreteam") },
            "token_service": self.token_service.as_ref().map(describe_token_service),
        })
    }
}

fn start_token_service(
    cloud: &Hub,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder()
        .listen(address)
        .certificate_name("hub-token-signer.pem")
        .without_refresh_tokens();
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(cloud.admission(), folder)
}

/// The program that `docker login` says it is.
const DOCKER_CLI: &str = "L4v0dmlNBpYUjGGab0C2JtgTgXr1Qz4d";
/// The least that a client counts in.
const DEVICE_INTERVAL: Duration = Duration::from_secs(1);
const A_DAY: Duration = Duration::from_secs(24 * 3600);

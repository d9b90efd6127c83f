//! GitLab, with a token service for a registry that holds its images.

use std::{io, net::SocketAddr, path::Path};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    cloud::gitlab::GitLab,
    registry::{TokenService, TokenServiceBuilder},
};

use crate::{Arguments, ready::describe_token_service};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: GitLab,
    token_service: Option<TokenService>,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let mut builder = GitLab::builder().listen(address);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let cloud = builder.start()?;
        let token_service = arguments
            .gitlab_token_service
            .map(|address| start_token_service(&cloud, address, certificate, &arguments.folder()))
            .transpose()?;
        Ok(Self { cloud, token_service })
    }

    pub(crate) fn describe(&self) -> Value {
        let tokens = self.cloud.with_world(|world| {
            let deploy = |name: &str| Some(world.find_deploy_token(name)?.secret.expose().to_owned());
            json!({
                "gitlab-ci-token": world.find_job("shore/app").map(|job| job.token.expose().to_owned()),
                "gitlab+deploy-token-1": deploy("gitlab+deploy-token-1"),
                "alice": world.find_access_token("alice").map(|token| token.secret.expose().to_owned()),
            })
        });
        json!({
            "url": self.cloud.url(),
            "tokens": tokens,
            "token_service": self.token_service.as_ref().map(describe_token_service),
        })
    }
}

fn start_token_service(
    cloud: &GitLab,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder()
        .listen(address)
        .certificate_name("gitlab-token-signer.pem")
        .without_refresh_tokens();
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(cloud.admission(), folder)
}

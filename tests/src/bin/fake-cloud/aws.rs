//! AWS, with a registry that asks for the password itself and a token service for one that does not.

use std::{io, net::SocketAddr, path::Path};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    cloud::aws::{Aws, CI_AUDIENCE, CI_ISSUER, World},
    registry::{Registry, RegistryBuilder, TokenService, TokenServiceBuilder, admission},
};

use crate::{Arguments, ready::describe_token_service, tls::Tls};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: Aws,
    registry: Option<Registry>,
    token_service: Option<TokenService>,
}

impl Running {
    pub(crate) fn start(arguments: &Arguments, certificate: Option<&ServerCertificate>) -> io::Result<Self> {
        let world = World::standard();
        let world = match arguments.jobs() {
            Some(jobs) => jobs.at_aws(world),
            None => world,
        };
        let mut builder = Aws::builder().listen(arguments.listen).world(world);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let cloud = builder.start()?;
        let registry =
            arguments.registry.map(|address| start_registry(&cloud, address, certificate)).transpose()?;
        let token_service = arguments
            .token_service
            .map(|address| start_token_service(&cloud, address, certificate, &arguments.folder()))
            .transpose()?;
        Ok(Self { cloud, registry, token_service })
    }

    /// The facts that stand at the top of the ready file.
    pub(crate) fn describe(&self, tls: Option<&Tls>) -> Value {
        let mut ready = describe(&self.cloud, tls);
        if let Some(registry) = &self.registry {
            ready["registry"] = json!({
                "url": registry.url(),
                "address": registry.address().to_string(),
                "image": format!("{}/{}", registry.address(), registry.image().name()),
            });
        }
        if let Some(service) = &self.token_service {
            ready["token_service"] = describe_token_service(service);
        }
        ready
    }
}

fn start_registry(
    cloud: &Aws,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
) -> io::Result<Registry> {
    let builder = Registry::builder().listen(address);
    certificate.into_iter().fold(builder, RegistryBuilder::tls).start(admission::of_aws(cloud))
}

fn start_token_service(
    cloud: &Aws,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder().listen(address);
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(admission::of_aws(cloud), folder)
}

fn describe(cloud: &Aws, tls: Option<&Tls>) -> Value {
    let mut environment = json!(cloud.environment("alice"));
    if let Some(tls) = tls {
        environment["AWS_CA_BUNDLE"] = json!(tls.authority.ca_file());
    }
    let roles = cloud.with_world(|world| {
        ["ci-pull", "deploy", "chained", "remote"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), json!(world.find_role(name)?.arn()))))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "url": cloud.url(),
        "control_url": format!("{}/_control", cloud.url()),
        "container_credentials_url": cloud.container_url(),
        "environment": environment,
        "roles": roles,
        "external_id": "shorepass-test",
        "ci_issuer": CI_ISSUER,
        "ci_audience": CI_AUDIENCE,
        "ca_file": tls.map(|tls| tls.authority.ca_file()),
        "bundle_file": tls.map(|tls| tls.authority.bundle_file()),
        "certificate_file": tls.map(|tls| &tls.certificate_file),
        "key_file": tls.map(|tls| &tls.key_file),
    })
}

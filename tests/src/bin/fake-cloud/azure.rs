//! Azure, with the images of its registries.

use std::{io, net::SocketAddr};

use serde_json::{Value, json};
use shorepass_tests::{
    cloud::azure::{App, Azure, World},
    registry::{AcrRegistry, Image},
};

use crate::{Arguments, tls::Tls};

/// What is up; dropping it stops it.
pub(crate) struct Running {
    cloud: Azure,
    registry: Option<AcrRegistry>,
}

impl Running {
    pub(crate) fn start(arguments: &Arguments, address: SocketAddr, tls: Option<&Tls>) -> io::Result<Self> {
        let stranger = App::new(STRANGER).secret(SECRET);
        let world = World::standard().app(stranger);
        let world = match arguments.jobs() {
            Some(jobs) => jobs.at_azure(world),
            None => world,
        };
        let mut builder = Azure::builder().listen(address).world(world);
        if let Some(tls) = tls {
            builder = builder.tls(&tls.certificate);
        }
        let cloud = builder.start()?;
        let registry =
            arguments.azure_registry.map(|address| start_registry(&cloud, address, tls)).transpose()?;
        Ok(Self { cloud, registry })
    }

    pub(crate) fn describe(&self) -> Value {
        json!({
            "url": self.cloud.url(),
            "environment": self.cloud.environment_with_secret("build"),
            "stranger": self.cloud.environment_with_secret(STRANGER),
            "registry": self.registry.as_ref().map(|registry| registry.address().to_string()),
        })
    }
}

/// With a second repository, so that a credential for one can be seen to open one.
fn start_registry(cloud: &Azure, address: SocketAddr, tls: Option<&Tls>) -> io::Result<AcrRegistry> {
    let image = |repository: &str| Image::new(repository, "latest", repository);
    let mut builder =
        AcrRegistry::builder().listen(address).image(image("team/app")).image(image("other/app"));
    if let Some(tls) = tls {
        builder = builder.tls(&tls.certificate, tls.authority.ca_file());
    }
    builder.start(cloud)
}

/// An application that has no role at any registry.
const STRANGER: &str = "stranger";
const SECRET: &str = "the-strangers-own-secret-of-forty-letters";

//! Harbor, whose token service a real registry can trust.

use std::{io, net::SocketAddr, path::PathBuf};

use serde_json::{Value, json};
use shorepass_tests::{authority::ServerCertificate, cloud::harbor::Harbor};

use crate::Arguments;

/// What is up; dropping it stops it.
pub(crate) struct Running {
    harbor: Harbor,
    certificate_file: PathBuf,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let mut builder = Harbor::builder().listen(address);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let harbor = builder.start()?;
        let certificate_file = harbor.write_certificate(&arguments.folder())?;
        Ok(Self { harbor, certificate_file })
    }

    pub(crate) fn describe(&self) -> Value {
        let logins = self.harbor.with_world(|world| {
            let person = |name: &str| world.user(name).map(|user| user.password().expose().to_owned());
            let robot = |name: &str| world.robot(name).map(|robot| robot.secret().expose().to_owned());
            json!({
                "admin": person("admin"),
                "lead": person("lead"),
                "robot$maker": robot("robot$maker"),
            })
        });
        json!({
            "url": self.harbor.url(),
            "logins": logins,
            "token_service": {
                "realm": self.harbor.realm(),
                "service": self.harbor.service(),
                "issuer": self.harbor.token_issuer(),
                "rootcertbundle": self.certificate_file,
            },
        })
    }
}

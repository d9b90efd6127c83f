//! Quay, whose token service a real registry can trust, and a token of the issuer that it federates with.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use shorepass_tests::{authority::ServerCertificate, cloud::quay::Quay};

use crate::Arguments;

/// What is up; dropping it stops it.
pub(crate) struct Running {
    quay: Quay,
    certificate_file: PathBuf,
}

impl Running {
    pub(crate) fn start(
        arguments: &Arguments,
        address: SocketAddr,
        certificate: Option<&ServerCertificate>,
    ) -> io::Result<Self> {
        let mut builder = Quay::builder().listen(address);
        if let Some(certificate) = certificate {
            builder = builder.tls(certificate);
        }
        let quay = builder.start()?;
        let certificate_file = quay.write_certificate(&arguments.folder())?;
        Ok(Self { quay, certificate_file })
    }

    pub(crate) fn describe(&self) -> Value {
        let own_tokens = self.quay.with_world(|world| {
            let tokens = world.robots().map(|robot| (robot.name.clone(), json!(robot.token.expose())));
            tokens.collect::<serde_json::Map<_, _>>()
        });
        let issuer = self.quay.issuer("https://ci.example");
        json!({
            "url": self.quay.url(),
            "logins": own_tokens,
            "id_token": issuer.map(|issuer| issuer.token("repo:shore/app", "quay.example", A_DAY)),
            "token_service": {
                "realm": self.quay.realm(),
                "issuer": self.quay.token_issuer(),
                "rootcertbundle": self.certificate_file,
            },
        })
    }
}

const A_DAY: Duration = Duration::from_secs(24 * 3600);

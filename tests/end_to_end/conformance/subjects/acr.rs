//! `acr`: two applications by their secrets, at a registry whose endpoint and Entra are one server.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        azure::{App, Azure, RegistryRole, Service, World},
    },
};

use super::super::subject::{Caller, MARK, Subject, Who};

struct Acr(Azure);

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let builder = Azure::builder().world(World::standard().app(App::new("deploy").secret(SECOND_SECRET)));
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    let cloud = builder.start().unwrap();
    cloud.stand_in_for(HOST);
    cloud.with_world(|world| world.registry_mut(HOST).unwrap().assign("deploy", RegistryRole::Push, "*"));
    Box::new(Acr(cloud))
}

impl Subject for Acr {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "acr:Exchange"
    }

    fn cloud(&self) -> &Running {
        &self.0
    }

    fn rules(&self) -> String {
        format!("[[registry]]\nmatch = \"{HOST}\"\nendpoint = \"{}\"\n", self.0.url())
    }

    fn identity(&self, who: Who, _bed: &Bed) -> Caller {
        let app = match who {
            Who::First => "build",
            Who::Second => "deploy",
        };
        Caller::in_shell(HOST, self.0.environment_with_secret(app))
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        let secret = self.identity(Who::First, bed).variables;
        let with = |changes: &[(&'static str, &str)]| {
            let changes = changes.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Caller::in_shell(HOST, secret.clone().into_iter().chain(changes).collect())
        };
        let token = bed.write("secrets/token", MARK);
        let key = bed.write("secrets/key.pem", &format!("-----BEGIN PRIVATE KEY-----\n{MARK}\n"));
        vec![
            with(&[("AZURE_CLIENT_SECRET", MARK)]),
            with(&[("AZURE_CLIENT_SECRET", ""), ("AZURE_FEDERATED_TOKEN_FILE", token.to_str().unwrap())]),
            with(&[
                ("AZURE_CLIENT_SECRET", ""),
                ("AZURE_CLIENT_CERTIFICATE_PATH", key.to_str().unwrap()),
                ("AZURE_CLIENT_CERTIFICATE_PASSWORD", MARK),
            ]),
        ]
    }

    fn secrets(&self, bed: &Bed) -> Vec<String> {
        vec![self.identity(Who::First, bed).variables["AZURE_CLIENT_SECRET"].clone()]
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.0.knobs().fail(Service::Acr, fault, times),
            None => self.0.knobs().heal(Service::Acr),
        }
    }

    fn last(&self, life: Duration) {
        self.0.knobs().registry_refresh_token_life(life);
    }

    fn refuse(&self) {
        self.0.with_world(|world| world.registry_mut(HOST).unwrap().unassign("build"));
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let issued = self.0.issued();
        let facts = issued.find(password).filter(|_| issued.is_valid_at(HOST, username, password));
        facts.map(|facts| facts.principal)
    }
}

const HOST: &str = "shorepass.azurecr.io";
const SECOND_SECRET: &str = "a-secret-of-the-second-application";

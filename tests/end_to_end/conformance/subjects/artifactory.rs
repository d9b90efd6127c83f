//! `artifactory`: two jobs whose tokens an identity mapping makes users of the platform.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Issuer, Running, Times,
        artifactory::{Artifactory, Mapping, Provider, Service, World},
    },
};

use super::{
    super::subject::{Caller, Subject, Who},
    tokens::{IDENTITY, Tokens},
};

struct Jfrog {
    cloud: Artifactory,
    tokens: Tokens,
}

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let issuer = Issuer::es256("https://ci.example");
    let token = |subject: &str| issuer.token(subject, "jfrog-ci", Duration::from_secs(3600));
    let tokens = Tokens::new(token(FIRST), token(SECOND));
    let provider = Provider::new("ci", issuer.clone())
        .mapping(Mapping::new("app", &[("sub", FIRST)], "ci-app"))
        .mapping(Mapping::new("tools", &[("sub", SECOND)], "ci-tools"));
    let builder = Artifactory::builder().world(World::default().provider(provider));
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(Jfrog { cloud: builder.start().unwrap(), tokens })
}

impl Subject for Jfrog {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "artifactory:Exchange"
    }

    fn cloud(&self) -> &Running {
        &self.cloud
    }

    fn rules(&self) -> String {
        format!(
            "{IDENTITY}[[registry]]\nmatch = \"{HOST}\"\nidentity = \"ci\"\nprovider = \"ci\"\nendpoint = \"{}\"\n",
            self.cloud.url()
        )
    }

    fn identity(&self, who: Who, _bed: &Bed) -> Caller {
        self.tokens.caller(who, HOST)
    }

    fn marked(&self, _bed: &Bed) -> Vec<Caller> {
        self.tokens.marked(HOST)
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        self.tokens.secrets()
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.cloud.knobs().fail(Service::Exchange, fault, times),
            None => self.cloud.knobs().heal(Service::Exchange),
        }
    }

    fn last(&self, life: Duration) {
        self.cloud.knobs().token_life(Some(life));
    }

    fn refuse(&self) {
        self.cloud.with_world(|world| world.provider_mut("ci").unwrap().take_mappings());
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let is_valid = self.cloud.is_valid(username, password);
        is_valid.then(|| self.cloud.issued().find(password).unwrap().facts.subject)
    }
}

const HOST: &str = "shore.jfrog.io";
const FIRST: &str = "repo:shore/app";
const SECOND: &str = "repo:shore/tools";

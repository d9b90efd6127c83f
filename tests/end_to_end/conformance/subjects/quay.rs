//! `quay`: two organizations with a rule each, whose robots are let in with OIDC tokens.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Issuer, Running, Times,
        quay::{self, Robot, Service, World},
    },
};

use super::{
    super::subject::{Caller, Subject, Who},
    tokens::{IDENTITY, Tokens},
};

struct Quay {
    cloud: quay::Quay,
    tokens: Tokens,
}

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let issuer = Issuer::es256(ISSUER);
    let token = |subject: &str| issuer.token(subject, "quay.example", Duration::from_secs(3600));
    let tokens = Tokens::new(token("repo:shore/app"), token("repo:mates/app"));
    let robot = |name: &str, subject: &str| Robot::new(name).federated(ISSUER, subject, &["quay.example"]);
    let world = World::default()
        .issuer(issuer.clone())
        .robot(robot(FIRST, "repo:shore/app"))
        .robot(robot(SECOND, "repo:mates/app"));
    let builder = quay::Quay::builder().world(world);
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(Quay { cloud: builder.start().unwrap(), tokens })
}

impl Subject for Quay {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "quay:Federate"
    }

    fn cloud(&self) -> &Running {
        &self.cloud
    }

    fn rules(&self) -> String {
        let rule = |server: &str, robot: &str| {
            format!(
                "[[registry]]\nmatch = \"{server}\"\nidentity = \"ci\"\nrobot = \"{robot}\"\nendpoint = \"{}\"\n\n",
                self.cloud.url()
            )
        };
        [IDENTITY, &rule(HOST, FIRST), &rule(NAMESPACE, SECOND)].concat()
    }

    fn identity(&self, who: Who, _bed: &Bed) -> Caller {
        match who {
            Who::First => self.tokens.caller(who, HOST),
            Who::Second => self.tokens.caller(who, NAMESPACE),
        }
    }

    fn marked(&self, _bed: &Bed) -> Vec<Caller> {
        self.tokens.marked(HOST)
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        self.tokens.secrets()
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.cloud.knobs().fail(Service::Federation, fault, times),
            None => self.cloud.knobs().heal(Service::Federation),
        }
    }

    fn last(&self, life: Duration) {
        self.cloud.knobs().temporary_token_life(life);
    }

    fn refuse(&self) {
        self.cloud.with_world(|world| world.robot_mut(FIRST).unwrap().federation.clear());
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        self.cloud.is_valid(username, password).then(|| username.into())
    }
}

const HOST: &str = "quay.io";
const NAMESPACE: &str = "quay.io/mates";
const ISSUER: &str = "https://ci.example";
const FIRST: &str = "shore+ci";
const SECOND: &str = "mates+ci";

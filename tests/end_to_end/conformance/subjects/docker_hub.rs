//! `docker-hub`: two workflows that one organization's OIDC connection lets in.
//!
//! How many pulls are left is not read: that call is none of the exchange's.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        hub::{CI_SUBJECT, CONNECTION, Hub, Service},
    },
};

use super::{
    super::subject::{Caller, Subject, Who},
    tokens::{IDENTITY, Tokens},
};

struct DockerHub {
    cloud: Hub,
    tokens: Tokens,
}

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let builder = Hub::builder();
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    let cloud = builder.start().unwrap();
    cloud.knobs().tell_keyless_life(true);
    let token = |subject: &str| cloud.id_token(subject, Duration::from_secs(3600));
    let tokens = Tokens::new(token(CI_SUBJECT), token("repo:shorepass/images:pull_request"));
    Box::new(DockerHub { cloud, tokens })
}

impl Subject for DockerHub {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "identity:Exchange"
    }

    fn cloud(&self) -> &Running {
        &self.cloud
    }

    fn rules(&self) -> String {
        format!(
            "{IDENTITY}[[registry]]\nmatch = \"{HOST}\"\nidentity = \"ci\"\norganization = \"shoreteam\"\n\
             connection_id = \"{CONNECTION}\"\nendpoint = \"{}\"\npull_limit = false\n",
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
            Some((fault, times)) => self.cloud.knobs().fail(Service::Identity, fault, times),
            None => self.cloud.knobs().heal(Service::Identity),
        }
    }

    fn last(&self, life: Duration) {
        self.cloud.knobs().keyless_life(Some(life));
    }

    fn refuse(&self) {
        self.cloud.with_world(|world| world.connection_mut(CONNECTION).unwrap().is_active = false);
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        self.cloud.owner(username, password)?;
        self.cloud.keyless().find_live(password).map(|keyless| keyless.subject)
    }
}

const HOST: &str = "docker.io";

//! `oauth2-registry`: two people with a login each, one of them for a namespace of her own.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        oauth2_registry::{OAuth2Registry, Service},
    },
};

use super::{
    super::subject::{Caller, MARK, Subject, Who},
    logins::log_in,
};

struct Registry(OAuth2Registry);

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let builder = OAuth2Registry::builder();
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(Registry(builder.start().unwrap()))
}

impl Subject for Registry {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "oauth2-registry:Grant"
    }

    fn cloud(&self) -> &Running {
        &self.0
    }

    fn rules(&self) -> String {
        let url = self.0.url();
        format!("[[registry]]\nmatch = \"{HOST}\"\nkind = \"oauth2-registry\"\nendpoint = \"{url}\"\n")
    }

    fn identity(&self, who: Who, bed: &Bed) -> Caller {
        match who {
            Who::First => log_in(bed, HOST, "captain", PASSWORD),
            Who::Second => log_in(bed, "registry.example/mates", "mate", "the mate's"),
        }
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        vec![
            log_in(bed, "registry.example/marked", "captain", MARK),
            log_in(bed, "registry.example/nobody", "nobody", &format!("{MARK}: \"1\"\n")),
        ]
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        vec![PASSWORD.into()]
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.0.knobs().fail(Service::Token, fault, times),
            None => self.0.knobs().heal(Service::Token),
        }
    }

    fn last(&self, life: Duration) {
        self.0.knobs().refresh_token_life(life);
    }

    fn refuse(&self) {
        self.0.with_world(|world| world.user_mut("captain").unwrap().set_password("another"));
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        self.0.refresh_tokens().find_live(password).filter(|_| username == "<token>")
    }
}

const HOST: &str = "registry.example";
const PASSWORD: &str = "the captain's: 1,2";

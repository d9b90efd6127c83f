//! `ghcr`: two GitHub Apps by their keys, one of them with a rule for another organization's packages.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        github::{GitHub, Service},
    },
};

use super::{
    super::subject::{Caller, MARK, Subject, Who},
    logins::put,
};

struct Ghcr(GitHub);

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let builder = GitHub::builder();
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(Ghcr(builder.start().unwrap()))
}

impl Ghcr {
    fn key(&self, app: &str) -> String {
        self.0.with_world(|world| world.find_app(app).unwrap().private_key().expose().to_owned())
    }
}

impl Subject for Ghcr {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "api:CreateToken"
    }

    fn cloud(&self) -> &Running {
        &self.0
    }

    fn rules(&self) -> String {
        let url = self.0.url();
        let app = |server: &str, name: &str, id: u64, installation: u64| {
            format!(
                "[identity.{name}]\ntype = \"github\"\napp_id = \"{id}\"\nprivate_key_login = \"{name}\"\n\
                 installation_id = \"{installation}\"\napi_endpoint = \"{url}\"\n\n\
                 [[registry]]\nmatch = \"{server}\"\nidentity = \"{name}\"\naccess = \"pull\"\nendpoint = \"{url}\"\n\n"
            )
        };
        [
            app(HOST, "puller", 1001, 2001),
            app(NAMESPACE, "narrow", 1002, 2002),
            app("ghcr.io/marked", "marked", 1001, 2001),
            app("ghcr.io/torn", "torn", 1001, 2001),
        ]
        .concat()
    }

    fn identity(&self, who: Who, bed: &Bed) -> Caller {
        let (server, app) = match who {
            Who::First => (HOST, "puller"),
            Who::Second => (NAMESPACE, "narrow"),
        };
        put(bed, app, app, &self.key(app));
        Caller::logged_in(server)
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        put(bed, "marked", "app", MARK);
        put(bed, "torn", "app", &format!("-----BEGIN RSA PRIVATE KEY-----\n{MARK}\n"));
        ["ghcr.io/marked", "ghcr.io/torn"].map(Caller::logged_in).into()
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        let key = self.key("puller");
        key.lines().filter(|line| !line.starts_with('-') && line.len() > 16).map(str::to_owned).collect()
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.0.knobs().fail(Service::Api, fault, times),
            None => self.0.knobs().heal(Service::Api),
        }
    }

    fn last(&self, life: Duration) {
        self.0.knobs().installation_token_life(life);
    }

    fn refuse(&self) {
        self.0.with_world(|world| world.installation_mut(2001).unwrap().is_suspended = true);
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        self.0.owner(username, password)
    }
}

const HOST: &str = "ghcr.io";
const NAMESPACE: &str = "ghcr.io/mates";

//! What both kinds of ECR have in common: the fake AWS, alice and bob.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        aws::{Aws, Service, User, World},
    },
};

use super::super::subject::{Caller, MARK, Subject, Who};

pub(super) struct Amazon {
    pub(super) cloud: Aws,
    pub(super) service: Service,
    pub(super) host: &'static str,
    pub(super) call: &'static str,
    pub(super) rules: &'static str,
}

pub(super) fn cloud(certificate: Option<&ServerCertificate>) -> Aws {
    let world = World::standard().user(User::new("arn:aws:iam::123456789012:user/bob"));
    let builder = Aws::builder().world(world);
    match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    }
    .start()
    .unwrap()
}

impl Subject for Amazon {
    fn host(&self) -> &'static str {
        self.host
    }

    fn call(&self) -> &'static str {
        self.call
    }

    fn cloud(&self) -> &Running {
        &self.cloud
    }

    fn rules(&self) -> String {
        self.rules.into()
    }

    fn identity(&self, who: Who, _bed: &Bed) -> Caller {
        let user = match who {
            Who::First => "alice",
            Who::Second => "bob",
        };
        Caller::in_shell(self.host, self.cloud.environment(user))
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        let path = bed.write(
            "secrets/credentials",
            &format!("[default]\naws_access_key_id = AKIA{MARK}\naws_secret_access_key = {MARK}\naws_session_token = {MARK}\n"),
        );
        let keys = self.identity(Who::First, bed).variables;
        let with = |changes: &[(&'static str, &str)]| {
            let changes = changes.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Caller::in_shell(self.host, keys.clone().into_iter().chain(changes).collect())
        };
        vec![
            with(&[("AWS_SECRET_ACCESS_KEY", MARK)]),
            with(&[("AWS_SESSION_TOKEN", MARK)]),
            with(&[
                ("AWS_ACCESS_KEY_ID", ""),
                ("AWS_SECRET_ACCESS_KEY", ""),
                ("AWS_SHARED_CREDENTIALS_FILE", path.to_str().unwrap()),
            ]),
        ]
    }

    fn secrets(&self, bed: &Bed) -> Vec<String> {
        vec![self.identity(Who::First, bed).variables["AWS_SECRET_ACCESS_KEY"].clone()]
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.cloud.knobs().fail(self.service, fault, times),
            None => self.cloud.knobs().heal(self.service),
        }
    }

    fn last(&self, life: Duration) {
        self.cloud.knobs().registry_token_life(life);
    }

    fn refuse(&self) {
        self.cloud.with_world(|world| world.user_mut("alice").unwrap().deny(self.call));
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let issued = self.cloud.issued();
        let facts = issued.find(username, password).filter(|_| issued.is_valid(username, password));
        facts.map(|facts| facts.principal)
    }
}

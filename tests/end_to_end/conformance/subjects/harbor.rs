//! `harbor`: robots of two projects, each made with the login of a robot that may make them there.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        harbor::{self, Permission, Robot, Service, World},
        stand::Standard as _,
    },
};

use super::{
    super::subject::{Caller, MARK, Subject, Who},
    logins::log_in,
};

struct Harbor(harbor::Harbor);

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let rights =
        ["repository:pull", "repository:push", "robot:create", "robot:list", "robot:delete", "robot:read"];
    let mate = Robot::system("mate").permission(Permission::project("other", &rights));
    let builder = harbor::Harbor::builder().world(World::standard().with_robot(mate));
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(Harbor(builder.start().unwrap()))
}

impl Harbor {
    fn secret(&self, robot: &str) -> String {
        self.0.with_world(|world| world.robot(robot).unwrap().secret().expose().to_owned())
    }
}

impl Subject for Harbor {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "harbor:CreateRobot"
    }

    fn cloud(&self) -> &Running {
        &self.0
    }

    fn rules(&self) -> String {
        let rule = |server: &str, project: &str| {
            format!(
                "[[registry]]\nmatch = \"{server}\"\nkind = \"harbor\"\nrobots = true\n\
                 repositories = [\"{project}/*\"]\nendpoint = \"{}\"\n\n",
                self.0.url()
            )
        };
        rule(HOST, "team") + &rule(NAMESPACE, "other")
    }

    fn identity(&self, who: Who, bed: &Bed) -> Caller {
        match who {
            Who::First => log_in(bed, HOST, FIRST, &self.secret(FIRST)),
            Who::Second => log_in(bed, NAMESPACE, SECOND, &self.secret(SECOND)),
        }
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        vec![
            log_in(bed, "harbor.example/marked", FIRST, MARK),
            log_in(bed, "harbor.example/nobody", "nobody", &format!("{MARK}: \"1\"\n")),
        ]
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        vec![self.secret(FIRST)]
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.0.knobs().fail(Service::Robots, fault, times),
            None => self.0.knobs().heal(Service::Robots),
        }
    }

    fn last(&self, life: Duration) {
        self.0.knobs().robot_life(Some(life));
    }

    fn refuse(&self) {
        self.0.with_world(|world| world.robot_mut(FIRST).unwrap().disable(true));
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let may_pull = |project: &&str| self.0.allows(username, password, project, "pull");
        ["team", "other"].into_iter().find(may_pull).map(str::to_owned)
    }
}

const HOST: &str = "harbor.example";
const NAMESPACE: &str = "harbor.example/other";
const FIRST: &str = "robot$maker";
const SECOND: &str = "robot$mate";

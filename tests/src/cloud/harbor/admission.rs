//! Harbor's book: a login is good for what it may do in a repository's project at this moment.

use std::sync::Arc;

use super::{Office, caller::Caller, operation::Service, permission::Permission};
use crate::{
    cloud::stand::Site,
    registry::{
        Admission,
        admission::{Desk, Standing, Trouble},
    },
};

pub(super) fn of(site: Arc<Site<Office>>) -> Arc<dyn Admission> {
    Arc::new(Book { site })
}

struct Book {
    site: Arc<Site<Office>>,
}

impl Admission for Book {
    fn standing(&self, username: &str, password: &str) -> Standing {
        let (world, now) = (self.site.world(), self.site.now());
        if Caller::of_login(&world, username, password, now).is_some() {
            return Standing::Good;
        }
        match world.robot(username) {
            Some(robot) if robot.has_secret(password) && robot.is_expired(now) => Standing::Expired,
            _ => Standing::Unknown,
        }
    }

    /// Only robots are known by their secret alone; a person's password allows nothing here.
    fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        let (world, now) = (self.site.world(), self.site.now());
        let project = repository.split('/').next();
        let robot = world.robots().find(|robot| robot.has_secret(password));
        let may = |permission: &Permission| permission.allows(project, "repository", action);
        robot.is_some_and(|robot| {
            !robot.is_disabled() && !robot.is_expired(now) && robot.permissions().iter().any(may)
        })
    }

    fn trouble(&self, desk: Desk) -> Trouble {
        let service = match desk {
            Desk::Registry => Service::Registry,
            Desk::TokenService => Service::Token,
        };
        let knobs = &self.site.knobs;
        Trouble {
            instead: knobs.strike(service).map(|fault| fault.reply(service, self.site.now())),
            wait: knobs.current_latency(service),
        }
    }
}

//! Quay's book: a robot's own token and its temporary ones are good for the robot's rights.

use std::sync::Arc;

use super::{Office, operation::Service, registry};
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
        if registry::is_good(&self.site, username, password) {
            Standing::Good
        } else if self.site.issued.find(password).is_some_and(|noted| noted.facts == username) {
            Standing::Expired
        } else {
            Standing::Unknown
        }
    }

    fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        let temporary = self.site.issued.find_live(password);
        let world = self.site.world();
        let robot = match &temporary {
            Some(name) => world.find_robot(name),
            None => world.robots().find(|robot| robot.token.expose() == password),
        };
        robot.is_some_and(|robot| robot.allows(repository, action))
    }

    fn trouble(&self, desk: Desk) -> Trouble {
        let service = match desk {
            Desk::Registry => Service::Registry,
            Desk::TokenService => Service::Auth,
        };
        let knobs = &self.site.knobs;
        Trouble {
            instead: knobs.strike(service).map(|fault| fault.reply(service, self.site.now())),
            wait: knobs.current_latency(service),
        }
    }
}

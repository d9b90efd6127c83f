//! What a test's registry asks Docker Hub about logins.

use std::sync::Arc;

use super::{House, Hub, Service, logins};
use crate::{
    cloud::stand::Site,
    registry::admission::{Admission, Desk, Standing, Trouble},
};

impl Hub {
    /// Lets in whom Docker Hub lets in.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        self.site().clone()
    }
}

impl Admission for Site<House> {
    fn standing(&self, username: &str, password: &str) -> Standing {
        if logins::of(self, username, password).is_ok() {
            return Standing::Good;
        }
        let once = self.keyless.find(password).filter(|noted| noted.facts.organisation == username);
        if once.is_some() { Standing::Expired } else { Standing::Unknown }
    }

    fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        let login = logins::of_secret(self, password);
        login.is_some_and(|login| logins::allows(&self.world(), Some(&login), repository, action))
    }

    fn trouble(&self, desk: Desk) -> Trouble {
        let service = match desk {
            Desk::Registry => Service::Registry,
            Desk::TokenService => Service::Auth,
        };
        Trouble {
            instead: self.knobs.strike(service).map(|fault| fault.reply(service, self.now())),
            wait: self.knobs.current_latency(service),
        }
    }
}

//! What a test's registry asks GitHub about logins.

use std::sync::Arc;

use super::{GitHub, House, Service, logins};
use crate::{
    cloud::stand::Site,
    registry::admission::{Admission, Desk, Standing, Trouble},
};

impl GitHub {
    /// Lets in whom GitHub's registry lets in.
    #[must_use]
    pub fn admission(&self) -> Arc<dyn Admission> {
        self.site().clone()
    }
}

impl Admission for Site<House> {
    fn standing(&self, username: &str, password: &str) -> Standing {
        if logins::of(self, username, password).is_some() {
            return Standing::Good;
        }
        if self.installed.find(password).is_some() { Standing::Expired } else { Standing::Unknown }
    }

    fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        let login = logins::of_secret(self, password);
        login.is_some_and(|login| logins::allows(self, Some(&login), repository, action))
    }

    fn trouble(&self, desk: Desk) -> Trouble {
        if desk == Desk::Registry {
            return Trouble::default();
        }
        let service = Service::Registry;
        Trouble {
            instead: self.knobs.strike(service).map(|fault| fault.reply(service, self.now())),
            wait: self.knobs.current_latency(service),
        }
    }
}

//! ECR's book: a password is good for what the session may do that has asked for it.

use std::sync::Arc;

use super::{Admission, Desk, Standing, Trouble};
use crate::cloud::aws::{Aws, Issued, Knobs, Service};

/// Lets in whom this cloud has given a password.
#[must_use]
pub fn of_aws(cloud: &Aws) -> Arc<dyn Admission> {
    Arc::new(Book { issued: cloud.issued().clone(), knobs: cloud.knobs().clone() })
}

struct Book {
    issued: Arc<Issued>,
    knobs: Knobs,
}

impl Admission for Book {
    fn standing(&self, username: &str, password: &str) -> Standing {
        if self.issued.is_valid(username, password) {
            Standing::Good
        } else if self.issued.find(username, password).is_some() {
            Standing::Expired
        } else {
            Standing::Unknown
        }
    }

    fn allows(&self, password: &str, repository: &str, action: &str) -> bool {
        self.issued.allows(password, repository, action)
    }

    fn trouble(&self, desk: Desk) -> Trouble {
        let service = match desk {
            Desk::Registry => Service::Registry,
            Desk::TokenService => Service::TokenService,
        };
        Trouble {
            instead: self.knobs.strike(service).map(|fault| fault.reply(service, self.knobs.clock().now())),
            wait: self.knobs.current_latency(service),
        }
    }
}

//! Artifactory's book: a token that counts is good for everything its user may do, which is all there is here.

use std::sync::Arc;

use super::Office;
use crate::{
    cloud::stand::Site,
    registry::{Admission, admission::Standing},
};

pub(super) fn of(site: Arc<Site<Office>>) -> Arc<dyn Admission> {
    Arc::new(Book { site })
}

struct Book {
    site: Arc<Site<Office>>,
}

impl Admission for Book {
    fn standing(&self, username: &str, password: &str) -> Standing {
        let noted = self.site.issued.find(password).filter(|noted| noted.facts.username == username);
        match (noted, self.site.issued.find_live(password)) {
            (Some(_), Some(_)) => Standing::Good,
            (Some(_), None) => Standing::Expired,
            (None, _) => Standing::Unknown,
        }
    }

    fn allows(&self, password: &str, _repository: &str, _action: &str) -> bool {
        self.site.issued.find_live(password).is_some()
    }
}

//! The book of whatever registry trusts the endpoint: a token is good under any name, for what its scope
//! says (`pull`, `push` …), in every repository.

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
    fn standing(&self, _username: &str, password: &str) -> Standing {
        match (self.site.issued.find(password), self.site.issued.find_live(password)) {
            (_, Some(_)) => Standing::Good,
            (Some(_), None) => Standing::Expired,
            (None, None) => Standing::Unknown,
        }
    }

    fn allows(&self, password: &str, _repository: &str, action: &str) -> bool {
        let issued = self.site.issued.find_live(password);
        issued.is_some_and(|issued| issued.scope.iter().any(|scope| scope == action))
    }
}

//! An organisation's trust in GitHub's ID tokens.

use super::Grant;
use crate::cloud::aws::policy::matches;

/// Whose tokens an organisation lets in, and for what.
#[derive(Debug, Clone)]
pub struct Connection {
    /// A UUID.
    pub id: String,
    /// Its name is the user name of the login.
    pub organisation: String,
    /// Whether it is switched on.
    pub is_active: bool,
    /// One to five; those that match are merged.
    pub rulesets: Vec<Ruleset>,
}

/// What subjects of one pattern get.
#[derive(Debug, Clone)]
pub struct Ruleset {
    /// Stars match anything.
    pub subjects: String,
    /// What they may do.
    pub grants: Vec<Grant>,
}

impl Connection {
    /// A connection that is switched on and lets in nobody.
    #[must_use]
    pub fn new(id: &str, organisation: &str) -> Self {
        Self { id: id.into(), organisation: organisation.into(), is_active: true, rulesets: vec![] }
    }

    /// With a ruleset more.
    #[must_use]
    pub fn ruleset(mut self, subjects: &str, repositories: &str, actions: &[&str]) -> Self {
        let grants = vec![Grant::new(repositories, actions)];
        self.rulesets.push(Ruleset { subjects: subjects.into(), grants });
        self
    }

    /// What a subject may do; `None` when no ruleset is meant for it.
    pub(crate) fn grants_for(&self, subject: &str) -> Option<Vec<Grant>> {
        let meant: Vec<_> =
            self.rulesets.iter().filter(|ruleset| matches(&ruleset.subjects, subject)).collect();
        (!meant.is_empty())
            .then(|| meant.into_iter().flat_map(|ruleset| ruleset.grants.iter().cloned()).collect())
    }
}

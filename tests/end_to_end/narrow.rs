//! Credentials that may do just enough: what `access` and `repositories` leave of an identity's rights, and what
//! `narrow = "require"` does where nothing can leave less.
//!
//! Whether a password may do something is what the fake clouds' registries answer, by action and repository.

mod chains;
mod elsewhere;
mod policies;
mod public;
mod required;
mod sessions;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::{Aws, USERNAME},
};

use crate::{ECR, sources::stranger};

/// What a password may do.
struct Login<'a> {
    cloud: &'a Aws,
    password: String,
}

impl<'a> Login<'a> {
    /// The password that a `get` has brought, which must be good at this moment.
    fn of(cloud: &'a Aws, said: &Said) -> Self {
        let (username, password) = said.credential();
        assert_eq!(username, USERNAME);
        assert!(cloud.issued().is_valid(&username, &password), "the password does not count");
        Self { cloud, password }
    }

    fn may(&self, action: &str, repository: &str) -> bool {
        self.cloud.issued().allows(&self.password, repository, action)
    }

    fn may_call(&self, name: &str, repository: &str) -> bool {
        self.cloud.issued().permits(&self.password, name, repository)
    }

    fn principal(&self) -> String {
        self.cloud.issued().find(USERNAME, &self.password).unwrap().principal
    }
}

/// Somebody who is the identity `used` to the private registry, under a rule with these keys.
fn with_identity(cloud: &Aws, identity: &str, rule: &str) -> Bed {
    let bed = stranger(cloud);
    configure(&bed, identity, rule);
    bed
}

fn configure(bed: &Bed, identity: &str, rule: &str) {
    bed.configure(&format!(
        "[[registry]]\nmatch = \"*.dkr.ecr.*.amazonaws.com\"\nidentity = \"used\"\n{rule}\n\
         [identity.used]\ntype = \"aws\"\n{identity}\n"
    ));
}

/// A `get` with alice's keys in variables.
fn get_as_alice(cloud: &Aws, bed: &Bed) -> Said {
    let environment = cloud.environment("alice");
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));
    bed.helper_in(&keys, "get", ECR)
}

/// An identity of one role, which alice may assume and which may do everything.
fn role() -> String {
    format!("role_arn = \"{ROLE}ci-pull\"")
}

/// What `explain` notes about the private registry.
fn notes(bed: &Bed) -> String {
    bed.shorepass(&["explain", "--json", ECR]).json()["notes"].to_string()
}

const ROLE: &str = "arn:aws:iam::123456789012:role/";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/";

//! The world that a test gets when it does not ask for another.

use std::sync::OnceLock;

use super::{Account, Connection, GITHUB_ISSUER, World};
use crate::cloud::{Issuer, random, stand::Standard};

impl Standard for World {
    /// The person `alice` with one access token for everything, member of the organisation `shoreteam`, which
    /// has an access token for pulls and [`CONNECTION`] for [`CI_SUBJECT`]; the public repositories
    /// `ratelimitpreview/test` and `library/alpine`, and the private `shoreteam/app`, `shoreteam/tools` and
    /// `alice/notes`.
    fn standard() -> Self {
        let alice = Account::person("alice", &random::request_id());
        let team = Account::organisation("shoreteam").member("alice");
        let connection = Connection::new(CONNECTION, "shoreteam")
            .ruleset("repo:shorepass/images:*", "shoreteam/app", &["pull"])
            .ruleset(CI_SUBJECT, "shoreteam/app", &["push"]);
        Self::empty(issuer())
            .account(alice.token("*", &["pull", "push", "delete"]))
            .account(team.token("shoreteam/*", &["pull"]))
            .public("ratelimitpreview/test")
            .public("library/alpine")
            .private("shoreteam/app")
            .private("shoreteam/tools")
            .private("alice/notes")
            .connection(connection)
            .client(CLIENT_ID)
    }
}

/// RSA keys are slow to make, and nothing depends on every world having its own.
fn issuer() -> Issuer {
    static ISSUER: OnceLock<Issuer> = OnceLock::new();
    ISSUER.get_or_init(|| Issuer::rs256(GITHUB_ISSUER)).clone()
}

/// The connection of the standard world's organisation.
pub const CONNECTION: &str = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
/// The subject that may push and pull by that connection.
pub const CI_SUBJECT: &str = "repo:shorepass/images:ref:refs/heads/main";
/// The program of the standard world that may sign people in.
pub const CLIENT_ID: &str = "shorepassTestClientOfTheSignIns0";

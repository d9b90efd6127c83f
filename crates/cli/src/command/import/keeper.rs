//! The vault that logins are moved into, read back from and taken out of.

use std::collections::BTreeMap;

use shorepass_protocol::message::{Done, Granted, Listed, Operation, VaultOperation};
use shorepass_secret::Secret;

use crate::{
    broker::{Reach, Refusal, ask},
    problem::Problem,
};

/// The vault, as far as logins are moved. The implementor must not hand out what another helper has.
pub(in super::super) trait Keeper {
    /// Keys and user names.
    fn stored(&mut self) -> Result<BTreeMap<String, String>, Problem>;

    /// Adds a login.
    fn put(&mut self, key: &str, username: &str, secret: &Secret) -> Result<(), Problem>;

    /// What is kept, whatever a client would get; `None` when nothing is there.
    fn get(&mut self, key: &str) -> Result<Option<(String, Secret)>, String>;

    /// Takes a login away.
    fn erase(&mut self, key: &str) -> Result<(), Problem>;
}

/// The vault behind the broker.
pub(in super::super) struct Broker;

impl Keeper for Broker {
    fn stored(&mut self) -> Result<BTreeMap<String, String>, Problem> {
        let listed: Result<Listed, Refusal> = ask(Operation::Vault(VaultOperation::List), Reach::Start);
        listed.map(|listed| listed.registries).map_err(|refusal| refusal.into_problem("nothing was moved"))
    }

    fn put(&mut self, key: &str, username: &str, secret: &Secret) -> Result<(), Problem> {
        let (key, username, secret) = (key.to_owned(), username.to_owned(), secret.clone());
        let done: Result<Done, Refusal> =
            ask(Operation::Vault(VaultOperation::Put { key, username, secret }), Reach::Start);
        done.map(|_| ()).map_err(|refusal| refusal.into_problem("the vault does not take it"))
    }

    fn get(&mut self, key: &str) -> Result<Option<(String, Secret)>, String> {
        let kept: Result<Granted, Refusal> =
            ask(Operation::Vault(VaultOperation::Get { key: key.to_owned() }), Reach::Start);
        match kept {
            Ok(kept) => Ok(Some((kept.username, kept.secret))),
            Err(Refusal::NotFound) => Ok(None),
            Err(refusal) => Err(in_words(refusal.into_problem("the vault does not give it"))),
        }
    }

    fn erase(&mut self, key: &str) -> Result<(), Problem> {
        let done: Result<Done, Refusal> =
            ask(Operation::Vault(VaultOperation::Erase { key: key.to_owned() }), Reach::Start);
        done.map(|_| ()).map_err(|refusal| refusal.into_problem("the vault does not let go of it"))
    }
}

/// For one line among others.
pub(super) fn in_words(problem: Problem) -> String {
    problem.cause.unwrap_or(problem.what)
}

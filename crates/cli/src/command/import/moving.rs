//! Moves logins one by one: into the vault, read back, out of the file.

use std::{collections::BTreeMap, path::Path};

use shorepass_protocol::message::{Done, Granted, Listed, Operation, VaultOperation};
use shorepass_secret::Secret;

use super::{Found, Left, Memory, Route, Source, memory::Moved};
use crate::{
    broker::{Reach, Refusal, ask},
    client_config::{ConfigFile, Family, Written, put_in_place, put_login, take_login},
    exit::Exit,
    problem::Problem,
};

/// The vault, as far as logins are moved. The implementor must not hand out what another helper has.
pub(in super::super) trait Keeper {
    /// Keys and user names.
    fn stored(&mut self) -> Result<BTreeMap<String, String>, Problem>;

    /// Adds a login.
    fn put(&mut self, key: &str, username: &str, secret: &Secret) -> Result<(), Problem>;

    /// What a client would get, or why there is nothing.
    fn get(&mut self, key: &str) -> Result<(String, Secret), String>;

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

    fn get(&mut self, key: &str) -> Result<(String, Secret), String> {
        let granted: Result<Granted, Refusal> = ask(Operation::Get { server: key.to_owned() }, Reach::Start);
        granted.map(|granted| (granted.username, granted.secret)).map_err(|refusal| {
            let problem = refusal.into_problem("");
            problem.cause.unwrap_or_default()
        })
    }

    fn erase(&mut self, key: &str) -> Result<(), Problem> {
        let done: Result<Done, Refusal> =
            ask(Operation::Vault(VaultOperation::Erase { key: key.to_owned() }), Reach::Start);
        done.map(|_| ()).map_err(|refusal| refusal.into_problem("the vault does not let go of it"))
    }
}

/// A registry whose credentials are made for each pull takes no stored login.
pub(super) fn sort(found: Vec<Found>, route: Route<'_>) -> (Vec<Found>, Vec<Left>) {
    let (mut good, mut left) = (Vec::new(), Vec::new());
    for found in found {
        let kind = route(&found.login).ok().and_then(|explained| explained.kind);
        match kind.filter(|kind| BROKERED.contains(&kind.as_str())) {
            Some(kind) => {
                let why = format!("it is `{kind}`, whose credentials are made when they are needed");
                left.push(Left { source: found.source, key: found.key, why });
            }
            None => good.push(found),
        }
    }
    (good, left)
}

/// All of them; what is moved, and what is not.
pub(super) fn all(
    found: Vec<Found>,
    stored: &BTreeMap<String, String>,
    keeper: &mut dyn Keeper,
    memory: &mut Memory,
    state: Option<&Path>,
) -> Result<(Vec<Found>, Vec<Left>), Problem> {
    let (mut moved, mut left) = (Vec::new(), Vec::new());
    let mut stored = stored.clone();
    for found in found {
        match one(&found, &mut stored, keeper, memory, state) {
            Ok(()) => moved.push(found),
            Err(why) => left.push(Left { source: found.source, key: found.key, why }),
        }
    }
    Ok((moved, left))
}

fn one(
    found: &Found,
    stored: &mut BTreeMap<String, String>,
    keeper: &mut dyn Keeper,
    memory: &mut Memory,
    state: Option<&Path>,
) -> Result<(), String> {
    let in_words = |problem: Problem| problem.cause.unwrap_or(problem.what);
    let is_ours = stored.insert(found.login.clone(), found.username.clone()).is_none();
    if is_ours {
        // Remembered first: after a crash in between too much is remembered, never too little.
        memory.moved.push(Moved::of(found));
        memory.write(state).map_err(in_words)?;
        if let Err(problem) = keeper.put(&found.login, &found.username, &found.secret) {
            memory.moved.pop();
            memory.write(state).map_err(in_words)?;
            return Err(in_words(problem));
        }
    }
    let confirmed = match keeper.get(&found.login) {
        Ok((username, secret)) if username == found.username && secret == found.secret => Ok(()),
        Ok(_) if is_ours => Err("its route hands out something else than a stored login".to_owned()),
        Ok(_) => Err("another login for it is stored already".into()),
        Err(why) => Err(format!("it cannot be read back: {why}")),
    };
    if let Err(why) = confirmed {
        if is_ours {
            keeper.erase(&found.login).map_err(in_words)?;
            memory.moved.pop();
            memory.write(state).map_err(in_words)?;
        }
        return Err(why);
    }
    if !is_ours {
        memory.moved.push(Moved { is_in_vault_by_us: false, ..Moved::of(found) });
        memory.write(state).map_err(in_words)?;
    }
    match &found.source {
        Source::File { path, family } => take_out(path, *family, &found.key).map_err(in_words),
        Source::Helper(_) => Ok(()),
    }
}

/// Docker keeps an empty mark for a registry that somebody is logged in to.
fn take_out(path: &Path, family: Family, key: &str) -> Result<(), Problem> {
    rewrite(path, |text| match family {
        Family::Docker => put_login(text, key, "{}"),
        Family::Containers => take_login(text, key),
    })
}

/// Edits a file; tries again when somebody else wrote to it meanwhile.
pub(super) fn rewrite(path: &Path, edit: impl Fn(&str) -> Option<String>) -> Result<(), Problem> {
    for _ in 0..ATTEMPTS {
        let file = ConfigFile::read(path)?;
        let Some(after) = edit(file.text.as_deref().unwrap_or_default()) else {
            return Err(Problem::new(Exit::Misconfigured, format!("cannot edit `{}`", path.display()))
                .because("`auths` in it is not laid out as clients write it"));
        };
        let written = put_in_place(path, file.text.as_deref(), Some(&after));
        if written.map_err(|error| Problem::of_file("write", path, &error))? == Written::Done {
            return Ok(());
        }
    }
    Err(Problem::new(Exit::Unavailable, format!("cannot write `{}`", path.display()))
        .because("somebody else changes it all the time"))
}

/// Kinds that take no stored login as a credential.
const BROKERED: [&str; 6] =
    ["ecr", "ecr-public", "artifact-registry", "acr", "token-exchange", "oauth2-registry"];
const ATTEMPTS: usize = 5;

//! Moves logins one by one: into the vault, read back, out of the file.

use std::{collections::BTreeMap, path::Path};

use super::{
    Found, Left, Memory, Route, Source,
    keeper::{Keeper, in_words},
    memory::Moved,
};
use crate::{
    client_config::{ConfigFile, Family, Written, put_in_place, put_login, take_login},
    exit::Exit,
    problem::Problem,
};

/// A registry whose credentials are made for each pull takes no stored login, and every other takes one.
pub(super) fn sort(found: Vec<Found>, route: Route<'_>) -> (Vec<Found>, Vec<Left>) {
    let (mut good, mut left) = (Vec::new(), Vec::new());
    for found in found {
        let kind = route(&found.login).ok().and_then(|explained| explained.kind);
        match kind.filter(|kind| BROKERED.contains(&kind.as_str())) {
            Some(kind) => {
                let why = format!("it is `{kind}`, whose credentials are made when they are needed");
                left.push(Left { source: found.source, key: found.key, why });
            }
            None => match good.iter().find(|other: &&Found| other.login == found.login) {
                Some(other) if (&other.username, &other.secret) != (&found.username, &found.secret) => {
                    let Found { login, key, source, .. } = other;
                    let why = format!("it is another login for `{login}` than `{key}` of {source}");
                    left.push(Left { source: found.source, key: found.key, why });
                }
                _ => good.push(found),
            },
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
        Ok(Some((username, secret))) if username == found.username && secret == found.secret => Ok(()),
        Ok(Some(_)) if is_ours => Err("the vault gives back something else".to_owned()),
        Ok(Some(_)) => Err("another login for it is stored already".into()),
        Ok(None) => Err("the vault does not have it".into()),
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

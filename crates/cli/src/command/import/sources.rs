//! Where logins may be: the clients' files, and the helper that docker asks or asked before.

use std::{collections::BTreeSet, fmt, path::PathBuf};

use serde::Serialize;

use super::{Found, Left, Shape, auths, login_key::login_key};
use crate::{
    arguments::Import,
    client_config::{
        ConfigFile, Family, HELPER, Memory as SetupMemory, STORE, containers_files, docker_file,
    },
    exit::Exit,
    other_helper::{self, OtherHelpers},
    problem::Problem,
    surroundings::Surroundings,
};

/// A place with logins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// In plain text.
    File { path: PathBuf, family: Family },
    /// Another helper, by what follows `docker-credential-`.
    Helper(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => path.display().fmt(f),
            Self::Helper(name) => write!(f, "docker-credential-{name}"),
        }
    }
}

/// What may be moved and what cannot be.
pub(super) fn read(
    import: &Import,
    around: &Surroundings,
    setup: &SetupMemory,
) -> Result<(Vec<Found>, Vec<Left>), Problem> {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    let (wants_files, helpers) = match import.from.as_deref() {
        Some(AUTHS) => (true, BTreeSet::new()),
        Some(helper) if helper == HELPER || !other_helper::is_name(helper) => {
            return Err(Problem::new(Exit::Usage, "nothing can be imported from there")
                .because("that is no other helper")
                .hint("name one, such as `shorepass import --from osxkeychain`, or `--from auths`"));
        }
        Some(helper) => (false, BTreeSet::from([helper.to_owned()])),
        None => (true, helpers_of_docker(around, setup)?),
    };
    if wants_files {
        for (path, family) in files(around) {
            from_file(&ConfigFile::read(&path)?, family, &mut found, &mut left);
        }
    }
    let others = OtherHelpers::new();
    for helper in helpers {
        from_helper(&others, &helper, &mut found, &mut left);
    }
    Ok((found, left))
}

fn files(around: &Surroundings) -> Vec<(PathBuf, Family)> {
    let containers = containers_files(around).map(|files| files.own).unwrap_or_default();
    let mut files: Vec<_> = docker_file(around).into_iter().map(|path| (path, Family::Docker)).collect();
    files.extend(containers.into_iter().map(|path| (path, Family::Containers)));
    files.dedup();
    files
}

/// The one in force and the one before `setup --all`.
fn helpers_of_docker(around: &Surroundings, setup: &SetupMemory) -> Result<BTreeSet<String>, Problem> {
    let Some(path) = docker_file(around) else { return Ok(BTreeSet::new()) };
    let now = ConfigFile::read(&path)?.creds_store().map(str::to_owned);
    let before = setup.files.get(&path).and_then(|file| file.helpers.get(STORE).cloned().flatten());
    let named = now.into_iter().chain(before);
    Ok(named.filter(|name| name != HELPER && other_helper::is_name(name)).collect())
}

fn from_file(file: &ConfigFile, family: Family, found: &mut Vec<Found>, left: &mut Vec<Left>) {
    let source = Source::File { path: file.path.clone(), family };
    for (key, fields) in file.static_logins() {
        match auths::read(fields) {
            Ok(Some((username, secret, shape))) => {
                let (source, key, login) = (source.clone(), key.to_owned(), login_key(key, family));
                if family == Family::Containers && login.contains('/') {
                    left.push(Left { source, key, why: OWN_FILE_ONLY.into() });
                } else {
                    found.push(Found { login, source, key, username, secret, shape });
                }
            }
            Ok(None) => {}
            Err(why) => left.push(Left { source: source.clone(), key: key.to_owned(), why: why.into() }),
        }
    }
}

fn from_helper(others: &OtherHelpers, helper: &str, found: &mut Vec<Found>, left: &mut Vec<Left>) {
    let source = Source::Helper(helper.to_owned());
    let listed = match others.list(helper) {
        Ok(listed) => listed,
        Err(why) => return left.push(Left { source, key: "all of it".into(), why }),
    };
    for key in listed.into_keys() {
        let source = source.clone();
        match others.get(helper, &key) {
            Ok((username, secret)) => {
                let login = login_key(&key, Family::Docker);
                found.push(Found { source, login, key, username, secret, shape: Shape::Basic });
            }
            Err(why) => left.push(Left { source, key, why }),
        }
    }
}

const OWN_FILE_ONLY: &str =
    "podman, buildah and skopeo ask a helper for hosts only, and find a namespace's login in this file alone";
/// The clients' files.
const AUTHS: &str = "auths";

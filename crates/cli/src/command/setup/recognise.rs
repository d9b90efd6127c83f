//! A registry that nobody knows by its name is asked what it is, once, when a person sets it up.
//!
//! What it turns out to be becomes a `[[registry]]` of the configuration. Where nothing tells, logins are stored
//! as for any other registry and nothing is written.

use std::{fs, io, path::Path};

use shorepass_protocol::message::{Explained, Recognised};

use super::Route;
use crate::{
    arguments::Setup,
    broker::Refusal,
    client_config::{Server, Written, put_in_place},
    exit::Exit,
    own_config,
    problem::Problem,
    surroundings::Surroundings,
};

/// How `setup` asks a registry what it is.
pub(in super::super) type Recognise<'a> = &'a dyn Fn(&str) -> Result<Recognised, Refusal>;

/// What was found out about one registry.
#[derive(Debug, serde::Serialize)]
pub(super) struct Finding {
    pub registry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub because: String,
    /// The file that says so from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<std::path::PathBuf>,
}

/// Whether neither a rule nor a host table knows it.
pub(super) fn is_unknown(explained: &Explained) -> bool {
    explained.kind.as_deref() == Some(STORED) && explained.rule.is_none()
}

/// Asks the registry, and writes down what it is.
pub(super) fn look(
    server: &Server,
    setup: &Setup,
    around: &Surroundings,
    recognise: Recognise<'_>,
    route: Route<'_>,
) -> Result<Finding, Problem> {
    let registry = server.name().to_owned();
    let found = match recognise(&registry) {
        Ok(found) => found,
        Err(refusal) => {
            let cause = refusal.into_problem("").cause.unwrap_or_default();
            let because = format!("it could not be asked what it is: {cause}");
            return Ok(Finding { registry, kind: None, because, written: None });
        }
    };
    let Recognised { kind, because, .. } = found;
    let is_a_rule = |kind: &String| kind != STORED && is_word(kind);
    let Some((named, path)) = kind.clone().filter(is_a_rule).zip(own_config::file(around)) else {
        return Ok(Finding { registry, kind, because, written: None });
    };
    if !setup.dry_run {
        write_down(&path, &registry, &named, route)?;
    }
    Ok(Finding { registry, kind, because, written: Some(path) })
}

fn write_down(path: &Path, registry: &str, kind: &str, route: Route<'_>) -> Result<(), Problem> {
    let refuse = |why: &str| {
        Problem::new(
            Exit::Misconfigured,
            format!("`{}` cannot be told that `{registry}` is `{kind}`", path.display()),
        )
        .because(why)
        .hint(format!("add a `[[registry]]` for it by hand, or run `shorepass setup --force {registry}`"))
    };
    let before = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Problem::of_file("read", path, &error)),
    };
    let table = format!(
        "# Recognised by `shorepass setup`.\n[[registry]]\nmatch = \"{registry}\"\nkind = \"{kind}\"\n"
    );
    let added =
        own_config::appended(before.as_deref().unwrap_or_default(), &table).map_err(|why| refuse(&why))?;
    let put = |from: Option<&str>, to: Option<&str>| {
        put_in_place(path, from, to).map_err(|error| Problem::of_file("write", path, &error))
    };
    if put(before.as_deref(), Some(&added.after))? == Written::ChangedMeanwhile {
        return Err(refuse("somebody else changed it meanwhile"));
    }
    match route(registry) {
        Ok(explained) if explained.kind.as_deref() == Some(kind) => Ok(()),
        other => {
            put(Some(&added.after), before.as_deref())?;
            let why = other.err().and_then(|refusal| refusal.into_problem("").cause);
            Err(refuse(&why.unwrap_or_else(|| "the rule would not be followed".into())))
        }
    }
}

/// As the broker names kinds; nothing else gets into a file.
fn is_word(kind: &str) -> bool {
    kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

const STORED: &str = "stored";

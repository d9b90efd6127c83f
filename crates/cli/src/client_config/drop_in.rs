//! The drop-in file by which podman, buildah and skopeo ask our helper for every registry.
//!
//! `credential-helpers` of the last file that has it counts, so the list of before is taken over behind our
//! name: what we do not know is still looked for where it was. Our name goes first, else every new login
//! would be written into `auth.json`. A drop-in leaves the machine's `registries.conf` in force; a file of
//! the user's own would hide it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::HELPER;
use crate::{exit::Exit, other_helper::is_name, problem::Problem, surroundings::Surroundings};

/// The member of `registries.conf` that it sets.
pub(crate) const LIST: &str = "credential-helpers";

/// What the clients' files say of helpers, ours left out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HelpersInForce {
    /// In the order in which they are asked.
    pub names: Vec<String>,
    /// A file that is read after ours and has a list of its own, which wins.
    pub overruled_by: Option<PathBuf>,
}

/// `~/.config/containers/registries.conf.d/90-shorepass.conf`; these clients follow no variable here.
pub(crate) fn drop_in_file(around: &Surroundings) -> Option<PathBuf> {
    Some(around.home.as_ref()?.join(USERS).join("registries.conf.d").join(NAME))
}

/// Reads the files as the clients do.
pub(crate) fn helpers_in_force(around: &Surroundings, machine: &Path) -> Result<HelpersInForce, Problem> {
    let users = around.home.as_ref().map(|home| home.join(USERS));
    let users_file = users.as_ref().map(|folder| folder.join(FILE)).filter(|file| file.exists());
    // A file of the user's own hides the machine's with its drop-ins.
    let hides = users_file.is_some();
    let main = around.variable_path("CONTAINERS_REGISTRIES_CONF").map(Path::to_owned).or(users_file);

    let mut files = vec![main.unwrap_or_else(|| machine.join(FILE))];
    if !hides {
        files.extend(drop_ins(machine)?);
    }
    if let Some(users) = &users {
        files.extend(drop_ins(users)?);
    }
    let mut found = HelpersInForce { names: vec![OWN_FILES.to_owned()], overruled_by: None };
    let mut is_after_ours = false;
    for file in files {
        if Some(&file) == drop_in_file(around).as_ref() {
            is_after_ours = true;
        } else if let Some(names) = list(&file)? {
            found.overruled_by = is_after_ours.then_some(file);
            found.names = names;
        }
    }
    found.names.retain(|name| name != HELPER);
    Ok(found)
}

/// The drop-in's text.
pub(crate) fn drop_in_text(others: &[String]) -> String {
    let names: Vec<String> = [HELPER]
        .into_iter()
        .chain(others.iter().map(String::as_str))
        .map(|name| format!("\"{name}\""))
        .collect();
    format!(
        "# Written by `shorepass setup --all`; `shorepass setup --undo` takes it away.\n{LIST} = [{}]\n",
        names.join(", ")
    )
}

fn drop_ins(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let folder = folder.join("registries.conf.d");
    let entries = match fs::read_dir(&folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries.map_err(|error| Problem::of_file("read", &folder, &error))?,
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "conf")).collect();
    // Ours has its place among them whether it is there yet or not.
    if folder.ends_with(Path::new(USERS).join("registries.conf.d")) {
        files.push(folder.join(NAME));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The list in one file; `None` when it has none.
fn list(file: &Path) -> Result<Option<Vec<String>>, Problem> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| Problem::of_file("read", file, &error))?,
    };
    // Not by serde, whose words quote the value.
    let document = DeTable::parse(&text).map_err(|error| not_understood(file, error.message()))?;
    let Some(value) = document.get_ref().get(LIST) else { return Ok(None) };
    let name = |value: &toml::Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(name) if is_name(name) => Some(name.to_string()),
        _ => None,
    };
    let names = match value.get_ref() {
        DeValue::Array(values) => values.iter().map(name).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    let names =
        names.ok_or_else(|| not_understood(file, "`credential-helpers` is no list of helpers' names"))?;
    Ok(Some(names).filter(|names| !names.is_empty()))
}

fn not_understood(file: &Path, why: &str) -> Problem {
    Problem::new(
        Exit::Misconfigured,
        format!("`{}` is not understood, so nothing is changed", file.display()),
    )
    .because(why.lines().next().unwrap_or("malformed"))
    .hint(
        "repair it, then run the command again; without podman's files, run `shorepass setup --all --docker`",
    )
}

/// Where the machine's files are.
pub(crate) const MACHINE: &str = "/etc/containers";
const USERS: &str = ".config/containers";
const FILE: &str = "registries.conf";
const NAME: &str = "90-shorepass.conf";
/// How these clients call their own `auth.json` in the list.
const OWN_FILES: &str = "containers-auth.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_list_the_own_files_stay_behind_our_name() {
        let home = tempfile::tempdir().unwrap();

        let found = in_force(home.path()).unwrap();

        assert_eq!(found.names, ["containers-auth.json"]);
        assert!(drop_in_text(&found.names).ends_with("= [\"shorepass\", \"containers-auth.json\"]\n"));
    }

    #[test]
    fn the_last_list_counts_and_the_users_file_hides_the_machines() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "etc/registries.conf", "credential-helpers = [\"machine\"]\n");
        write(home.path(), "etc/registries.conf.d/50-x.conf", "credential-helpers = [\"fleet\"]\n");
        assert_eq!(in_force(home.path()).unwrap().names, ["fleet"]);

        write(home.path(), ".config/containers/registries.conf", "unqualified-search-registries = []\n");
        assert_eq!(in_force(home.path()).unwrap().names, ["containers-auth.json"]);

        let own = "credential-helpers = [\"shorepass\", \"secretservice\"]\n";
        write(home.path(), ".config/containers/registries.conf.d/90-shorepass.conf", own);
        write(home.path(), ".config/containers/registries.conf.d/10-a.conf", own);
        assert_eq!(in_force(home.path()).unwrap().names, ["secretservice"]);
    }

    #[test]
    fn a_later_list_is_named() {
        let home = tempfile::tempdir().unwrap();
        write(
            home.path(),
            ".config/containers/registries.conf.d/99-x.conf",
            "credential-helpers = [\"pass\"]\n",
        );

        let found = in_force(home.path()).unwrap();

        assert!(found.overruled_by.unwrap().ends_with("99-x.conf"));
    }

    #[test]
    fn what_is_not_understood_is_refused_without_its_content() {
        for text in [
            "credential-helpers = \"canary\"\n",
            "canary canary\n",
            "credential-helpers = [\"can\\\"ary\"]\n",
        ] {
            let home = tempfile::tempdir().unwrap();
            write(home.path(), ".config/containers/registries.conf", text);

            let problem = in_force(home.path()).unwrap_err();

            assert_eq!(problem.exit, Exit::Misconfigured);
            assert!(!format!("{problem:?}").contains("canary"), "{problem:?}");
        }
    }

    fn in_force(home: &Path) -> Result<HelpersInForce, Problem> {
        helpers_in_force(&Surroundings::fake(home, &[]), &home.join("etc"))
    }

    fn write(home: &Path, name: &str, text: &str) {
        let path = home.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

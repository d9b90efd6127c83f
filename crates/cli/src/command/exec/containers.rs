//! The files of podman, buildah and skopeo for one command.
//!
//! Named registries stand in an `auth.json`. For every registry podman and buildah follow a variable to a `registries.conf`,
//! which is the caller's with our helper as the only one; skopeo does not follow it. Where our helper knows nothing of
//! a registry, or is not asked, these clients go on to files that no variable of theirs moves.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use toml::de::DeTable;

use crate::{
    client_config::{Family, HELPER, LIST, MACHINE, Server, write_file},
    exit::Exit,
    problem::Problem,
    surroundings::Surroundings,
};

/// Writes the `auth.json`.
pub(super) fn write_auth(file: &Path, servers: &[Server]) -> Result<(), Problem> {
    let helpers: Map<String, Value> =
        servers.iter().map(|server| (server.key(Family::Containers).to_owned(), json!(HELPER))).collect();
    let text = format!("{:#}\n", json!({ "credHelpers": helpers }));
    write_file(file, &text).map_err(|error| Problem::of_file("write", file, &error))
}

/// Writes the `registries.conf`.
pub(super) fn write_registries(file: &Path, around: &Surroundings) -> Result<(), Problem> {
    let own = own_registries(around);
    let text = match fs::read_to_string(&own) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        text => text.map_err(|error| Problem::of_file("read", &own, &error))?,
    };
    let text = with_helper(&text).map_err(|why| not_understood(&own, &why))?;
    write_file(file, &text).map_err(|error| Problem::of_file("write", file, &error))
}

/// The caller's logins that the command's clients may still come to, and which clients those are.
pub(super) fn further_logins(servers: &[Server], around: &Surroundings) -> Option<String> {
    let home = around.home.as_deref();
    let configuration = around.variable_path("XDG_CONFIG_HOME").map(Path::to_owned);
    let configuration = configuration.or_else(|| Some(home?.join(".config")));
    let files =
        [configuration.map(|it| it.join("containers/auth.json")), home.map(|it| it.join(".dockercfg"))];
    let found: Vec<_> = files.into_iter().flatten().filter(|file| file.exists()).collect();
    let names: Vec<_> = found.iter().map(|file| format!("`{}`", file.display())).collect();
    let clients = if servers.is_empty() { "skopeo looks" } else { "podman, buildah and skopeo look" };
    (!names.is_empty()).then(|| format!("{clients} for logins in {} too", names.join(" and ")))
}

/// The one that counts besides the drop-ins, which go on counting.
fn own_registries(around: &Surroundings) -> PathBuf {
    let named = around.variable_path("CONTAINERS_REGISTRIES_CONF").map(Path::to_owned);
    let users = || around.home.as_ref().map(|home| home.join(".config/containers").join(FILE));
    let machine = || Path::new(MACHINE).join(FILE);
    named.or_else(|| users().filter(|file| file.exists())).unwrap_or_else(machine)
}

/// The list goes to the top: further down it would belong to some table. Without `containers-auth.json` in it, no file
/// with logins is read.
fn with_helper(text: &str) -> Result<String, String> {
    let parse = |text| DeTable::parse(text).map_err(|error| error.message().to_owned());
    let document = parse(text)?;
    let rest = match document.get_ref().get_key_value(LIST) {
        Some((key, value)) => format!("{}{}", &text[..key.span().start], &text[value.span().end..]),
        None => text.to_owned(),
    };
    let whole = format!("{LIST} = [\"{HELPER}\"]\n{rest}");
    parse(&whole)?;
    Ok(whole)
}

fn not_understood(file: &Path, why: &str) -> Problem {
    Problem::new(Exit::Misconfigured, format!("`{}` is not understood", file.display()))
        .because(why.lines().next().unwrap_or("malformed"))
        .hint("repair it, or name the registries: `shorepass exec --registry HOST -- COMMAND`")
}

const FILE: &str = "registries.conf";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_helper_is_the_only_one_and_the_rest_of_the_file_stays() {
        let own = "unqualified-search-registries = [\"a\"]\n\n[[registry]]\nlocation = \"r.example\"\n";

        let made = with_helper(own).unwrap();

        assert_eq!(made, format!("{OURS}{own}"));
        assert_eq!(with_helper("").unwrap(), OURS);
    }

    #[test]
    fn another_list_gives_way_however_it_is_written() {
        for own in [
            "credential-helpers = [\"pass\"]\nx = 1\n",
            "\"credential-helpers\" = [\n  \"pass\", # why\n]\nx = 1\n",
        ] {
            assert_eq!(with_helper(own).unwrap(), format!("{OURS}\nx = 1\n"), "{own}");
        }
    }

    #[test]
    fn a_file_that_is_not_understood_is_named_without_its_content() {
        let home = tempfile::tempdir().unwrap();
        let own = home.path().join("own.conf");
        fs::write(&own, "canary canary\n").unwrap();
        let around = Surroundings::fake(home.path(), &[("CONTAINERS_REGISTRIES_CONF", &own)]);

        let problem = write_registries(&home.path().join("made"), &around).unwrap_err();

        assert_eq!(problem.exit, Exit::Misconfigured);
        assert!(
            problem.what.contains("own.conf") && !format!("{problem:?}").contains("canary"),
            "{problem:?}"
        );
    }

    #[test]
    fn docker_hub_goes_by_the_key_that_these_clients_use() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("auth.json");

        write_auth(&file, &[Server::hub(), Server::parse("r.example:5000").unwrap()]).unwrap();

        let made: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(made, json!({"credHelpers": {"docker.io": "shorepass", "r.example:5000": "shorepass"}}));
    }

    #[test]
    fn logins_that_clients_go_on_to_are_named_if_they_are_there() {
        let home = tempfile::tempdir().unwrap();
        let (usual, other) = (home.path().join(".config"), home.path().join("other"));
        let around =
            |configuration: &Path| Surroundings::fake(home.path(), &[("XDG_CONFIG_HOME", configuration)]);
        let named = [Server::hub()];

        let none = further_logins(&named, &around(&other));
        for folder in [&usual, &other] {
            fs::create_dir_all(folder.join("containers")).unwrap();
            fs::write(folder.join("containers/auth.json"), "{}").unwrap();
        }
        let one = further_logins(&named, &around(&other)).unwrap();
        fs::write(home.path().join(".dockercfg"), "{}").unwrap();
        let two = further_logins(&[], &Surroundings::fake(home.path(), &[])).unwrap();

        let place = |path: &Path| format!("`{}`", path.display());
        assert_eq!(none, None);
        let other = place(&other.join("containers/auth.json"));
        assert_eq!(one, format!("podman, buildah and skopeo look for logins in {other} too"));
        let (usual, oldest) =
            (place(&usual.join("containers/auth.json")), place(&home.path().join(".dockercfg")));
        assert_eq!(two, format!("skopeo looks for logins in {usual} and {oldest} too"));
    }

    const OURS: &str = "credential-helpers = [\"shorepass\"]\n";
}

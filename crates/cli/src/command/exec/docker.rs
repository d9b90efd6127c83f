//! Docker's folder for one command: everything of the caller's that is no login, and our helper.
//!
//! Other members of `config.json` are copied as they are; what lies beside that file and says where engines and plugins
//! are is linked, so that keys are not copied.

use std::{fs, os::unix::fs::symlink, path::Path};

use serde_json::{Map, Value, json};

use crate::{
    client_config::{ConfigFile, Family, HELPER, STORE, Server, docker_file, write_file},
    problem::Problem,
    surroundings::Surroundings,
};

/// Makes the folder.
pub(super) fn furnish(folder: &Path, servers: &[Server], around: &Surroundings) -> Result<(), Problem> {
    let own = docker_file(around).map(|file| std::path::absolute(&file).unwrap_or(file));
    let text = own.as_deref().map(ConfigFile::read).transpose()?.and_then(|file| file.text);
    let content = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();

    let file = folder.join("config.json");
    let text = format!("{:#}\n", Value::Object(with_helper(content, servers)));
    write_file(&file, &text).map_err(|error| Problem::of_file("write", &file, &error))?;
    if let Some(own) = own.as_deref().and_then(Path::parent) {
        link(own, folder)?;
    }
    Ok(())
}

/// Docker reads the names of members in any case.
fn with_helper(mut content: Map<String, Value>, servers: &[Server]) -> Map<String, Value> {
    content.retain(|name, _| !LOGINS.iter().any(|login| name.eq_ignore_ascii_case(login)));
    let hub = [Server::hub()];
    let named = if servers.is_empty() { &hub } else { servers };
    let helpers: Map<String, Value> =
        named.iter().map(|server| (server.key(Family::Docker).to_owned(), json!(HELPER))).collect();
    content.insert("credHelpers".into(), helpers.into());
    if servers.is_empty() {
        content.insert(STORE.into(), json!(HELPER));
    }
    content
}

fn link(own: &Path, folder: &Path) -> Result<(), Problem> {
    for name in LINKED {
        let (from, to) = (own.join(name), folder.join(name));
        if fs::symlink_metadata(&from).is_ok() {
            symlink(&from, &to).map_err(|error| Problem::of_file("link", &to, &error))?;
        }
    }
    Ok(())
}

const LOGINS: [&str; 3] = ["auths", STORE, "credHelpers"];
/// Plugins, engines and how to reach them, builders, and the keys by which images are signed.
const LINKED: [&str; 7] = ["cli-plugins", "contexts", "buildx", "trust", "ca.pem", "cert.pem", "key.pem"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_stay_behind_in_any_spelling_and_everything_else_comes_along() {
        let own = json!({
            "auths": {"r.example": {"auth": "canary"}}, "Auths": {"s.example": {"auth": "canary"}},
            "credsStore": "desktop", "credhelpers": {"r.example": "pass"},
            "currentContext": "remote", "proxies": {"default": {"httpProxy": "http://p"}}, "plugins": {"x": {"y": "z"}},
        });

        let made = Value::Object(with_helper(own.as_object().unwrap().clone(), &servers(&["r.example"])));

        assert_eq!(
            made,
            json!({
                "currentContext": "remote", "proxies": {"default": {"httpProxy": "http://p"}}, "plugins": {"x": {"y": "z"}},
                "credHelpers": {"r.example": "shorepass"},
            })
        );
    }

    #[test]
    fn without_a_host_docker_asks_for_all_and_its_old_builder_for_the_hub() {
        let made = Value::Object(with_helper(Map::new(), &[]));

        assert_eq!(
            made,
            json!({"credHelpers": {"https://index.docker.io/v1/": "shorepass"}, "credsStore": "shorepass"})
        );
    }

    #[test]
    fn docker_hub_goes_by_the_key_that_docker_uses() {
        let made = with_helper(Map::new(), &servers(&["docker.io"]));

        assert_eq!(made["credHelpers"], json!({"https://index.docker.io/v1/": "shorepass"}));
    }

    #[test]
    fn engines_and_plugins_are_linked_and_a_copy_of_the_logins_is_not() {
        let home = tempfile::tempdir().unwrap();
        let own = home.path().join(".docker");
        fs::create_dir_all(own.join("contexts")).unwrap();
        for (name, text) in
            [("config.json", "{\"a\":1}"), ("key.pem", "k"), ("config.json.before-shorepass", "x")]
        {
            fs::write(own.join(name), text).unwrap();
        }
        let folder = home.path().join("private");

        furnish(&folder, &[], &Surroundings::fake(home.path(), &[])).unwrap();

        let mut names: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["config.json", "contexts", "key.pem"]);
        assert_eq!(fs::read_link(folder.join("key.pem")).unwrap(), own.join("key.pem"));
        assert!(fs::read_to_string(folder.join("config.json")).unwrap().starts_with("{\n  \"a\": 1,\n"));
    }

    fn servers(hosts: &[&str]) -> Vec<Server> {
        hosts.iter().map(|host| Server::parse(host).unwrap()).collect()
    }
}

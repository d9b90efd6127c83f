//! Docker Hub through the helper: stored logins, OIDC connections, pull limits and the Docker CLI's sign-in.
//!
//! Every rule here names the fake's address; nothing ever asks the real Docker Hub.

mod device_login;
mod keyless;
mod logins;
mod pull_limit;
mod refusals;

use std::{os::unix::fs::PermissionsExt, time::Duration};

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::hub::{CI_SUBJECT, CONNECTION, Hub},
};

/// Somebody whose logins are kept in a file and whose Docker Hub is the fake.
fn person(hub: &Hub, keys: &str) -> Bed {
    let bed = Bed::new();
    configure(&bed, hub, keys, "");
    bed
}

/// A workflow of the organization `shoreteam`, with an ID token of GitHub's in a file.
fn workflow(hub: &Hub, keys: &str) -> Bed {
    let bed = Bed::new();
    show(&bed, &hub.id_token(CI_SUBJECT, Duration::from_secs(600)));
    configure(&bed, hub, &format!("{}\n{keys}", connection(CONNECTION)), &identity(&bed));
    bed
}

fn connection(id: &str) -> String {
    format!("identity = \"ci\"\norganization = \"shoreteam\"\nconnection_id = \"{id}\"")
}

fn identity(bed: &Bed) -> String {
    let path = bed.path("home/id-token");
    format!(
        "[token.ci]\nfrom = \"file\"\npath = \"{}\"\n[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n",
        path.display()
    )
}

/// Puts this token where the workflow has its own.
fn show(bed: &Bed, token: &str) {
    bed.write("home/id-token", token);
}

/// The same rule for Docker Hub, its other name and its hardened images.
fn configure(bed: &Bed, hub: &Hub, keys: &str, tables: &str) {
    let key = bed.write("home/vault-key", &"k".repeat(32));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let url = hub.url();
    let rules: String = ["docker.io", "registry.hub.docker.com", "dhi.io"]
        .iter()
        .map(|host| {
            format!(
                "[[registry]]\nmatch = \"{host}\"\nendpoint = \"{url}\"\nregistry_endpoint = \"{url}\"\n\
                 auth_endpoint = \"{url}\"\n{keys}\n"
            )
        })
        .collect();
    bed.configure(&format!("[vault]\nstore = \"file\"\nkey_file = \"{}\"\n{rules}{tables}", key.display()));
}

/// As the Docker CLI writes it.
fn store(bed: &Bed, server: &str, username: &str, secret: &str) {
    let login = serde_json::json!({ "ServerURL": server, "Username": username, "Secret": secret });
    assert_eq!(bed.helper("store", &format!("{login}\n")), silence(), "{server}");
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", INDEX)
}

/// The finding of `shorepass doctor docker.io` with this name.
fn finding(bed: &Bed, id: &str) -> Option<Value> {
    let report = bed.shorepass(&["doctor", "--json", "docker.io"]).json();
    report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id).cloned()
}

/// The access token of an account.
fn access_token(hub: &Hub, account: &str) -> String {
    hub.with_world(|world| world.find_account(account).unwrap().tokens[0].secret.expose().to_owned())
}

fn silence() -> Said {
    Said { code: 0, stdout: String::new(), stderr: String::new() }
}

fn not_found() -> Said {
    let stdout = "credentials not found in native keychain\n".into();
    Said { code: 1, stdout, stderr: String::new() }
}

const INDEX: &str = "https://index.docker.io/v1/";

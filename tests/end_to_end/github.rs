//! Every place that GitHub's tokens come from, through the helper to a password that the registry takes.
//!
//! Nothing here asks the real GitHub: the fake is its API and its registry.

mod apps;
mod command_line;
mod environment;
mod refusals;
mod secrets;
mod servers;
mod stored;

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::github::GitHub,
};

fn cloud() -> GitHub {
    GitHub::start().unwrap()
}

/// Somebody who keeps logins in a file, has a rule for the registry that leads to the fake, and is nobody.
fn stranger(cloud: &GitHub) -> Bed {
    let mut bed = Bed::new();
    // Whoever forgets to name an `api_endpoint` reaches nobody.
    bed.set("HTTPS_PROXY", &closed_url());
    configure(&bed, cloud, "", "");
    bed
}

/// With further keys of the rule, and whatever else the file holds.
fn configure(bed: &Bed, cloud: &GitHub, keys: &str, tables: &str) {
    let key = bed.write("home/vault-key", &"k".repeat(32));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let (key, url) = (key.display(), cloud.url());
    bed.configure(&format!(
        "[vault]\nstore = \"file\"\nkey_file = \"{key}\"\n\n\
         [[registry]]\nmatch = \"{GHCR}\"\nendpoint = \"{url}\"\n{keys}\n\n{tables}\n"
    ));
}

/// Under an identity of one's own, which the fake knows, too.
fn identify(bed: &Bed, cloud: &GitHub, rule: &str, identity: &str) {
    let url = cloud.url();
    let tables = format!("[identity.me]\ntype = \"github\"\napi_endpoint = \"{url}\"\n{identity}");
    configure(bed, cloud, &format!("identity = \"me\"\n{rule}"), &tables);
}

/// A `gh` on the PATH.
fn install_gh(bed: &mut Bed, script: &str) {
    let path = bed.write("bin/gh", script);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("PATH", &path);
}

fn store(bed: &Bed, server: &str, username: &str, secret: &str) {
    let login =
        format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{username}\",\"Secret\":\"{secret}\"}}\n");
    let said = bed.helper("store", &login);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{said:?}");
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", GHCR)
}

/// Whose the password is that a `get` has brought, which must be good at this moment.
fn owner(cloud: &GitHub, said: &Said) -> String {
    let (username, secret) = said.credential();
    cloud.owner(&username, &secret).expect("a password that counts")
}

fn assert_not_found(said: &Said) {
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (1, "credentials not found in native keychain\n"),
        "{said:?}"
    );
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no secret away.
fn assert_reason(said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert_eq!(line.lines().count(), 1, "{said:?}");
    assert!(line.starts_with("shorepass: "), "{line}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    for secret in ["canary", "ghp_", "gho_", "ghs_", "github_pat_", "eyJ"] {
        assert!(!line.contains(secret), "it gives a secret away: {line}");
    }
}

/// A URL of this machine at which nobody listens.
fn closed_url() -> String {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    format!("http://{address}")
}

const GHCR: &str = "ghcr.io";

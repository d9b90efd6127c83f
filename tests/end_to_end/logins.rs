//! Logins that clients store: what comes back, under which spellings, and what is kept from whom.

mod desktop;
mod hand_on;
mod namespaces;
mod places;
mod spellings;
mod trouble;
mod twins;
mod verbs;

use std::os::unix::fs::PermissionsExt;

use shorepass_tests::bed::{Bed, Said};

/// Somebody whose logins are kept in a file, and for whom nobody asks Docker Hub how many pulls are left.
fn somebody() -> Bed {
    let bed = Bed::new();
    with_vault(&bed, "[[registry]]\nmatch = \"docker.io\"\npull_limit = false\n");
    bed
}

/// The same, with rules.
fn with_vault(bed: &Bed, rules: &str) {
    let key = bed.write("home/vault-key", &"k".repeat(32));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    bed.configure(&format!("[vault]\nstore = \"file\"\nkey_file = \"{}\"\n\n{rules}", key.display()));
}

/// As the Docker CLI writes it.
fn login(server: &str, username: &str, secret: &str) -> String {
    format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{username}\",\"Secret\":\"{secret}\"}}\n")
}

fn store(bed: &Bed, server: &str, username: &str, secret: &str) {
    assert_eq!(bed.helper("store", &login(server, username, secret)), silence(), "{server}");
}

fn credential(bed: &Bed, server: &str) -> Option<(String, String)> {
    let said = bed.helper("get", server);
    if said == not_found() { None } else { Some(said.credential()) }
}

fn silence() -> Said {
    Said { code: 0, stdout: String::new(), stderr: String::new() }
}

fn not_found() -> Said {
    let stdout = "credentials not found in native keychain\n".into();
    Said { code: 1, stdout, stderr: String::new() }
}

fn pair(username: &str, secret: &str) -> Option<(String, String)> {
    Some((username.into(), secret.into()))
}

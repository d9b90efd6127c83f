//! The person's command line: exit codes, the shapes that scripts rely on, and what the doctor finds.

mod broker;
mod doctor;
mod doctor_clients;
mod exit_codes;
mod explain;
mod import;
mod recognise;
mod renewal;
mod setup;
mod setup_all;
mod status;
mod vault;

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

/// From now on `alice` may not do this.
fn deny(cloud: &Aws, action: &str) {
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny(action));
}

/// A user whose logins are kept in an encrypted file.
fn with_vault() -> Bed {
    let bed = Bed::new();
    let key = bed.write("home/vault.key", "a key of thirty-two bytes or more than that");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    bed.configure(&format!("[vault]\nstore = \"file\"\nkey_file = \"{}\"\n", key.display()));
    bed
}

/// Puts another credential helper, written in shell, on the user's path.
fn other_helper(bed: &mut Bed, name: &str, script: &str) {
    let program = bed.write(&format!("bin/docker-credential-{name}"), &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap_or_default());
    bed.set("PATH", &path);
}

//! The broker's other front doors: the kubelet's protocol, Bazel's, and bearer tokens by the command line.
//!
//! Bytes in, bytes out, exit code, and who was asked for what on the way.

mod bazel;
mod gate;
mod kubelet;
mod pods;
mod real_registry;
mod tokens;

use std::os::unix::fs::symlink;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::oauth2_registry::OAuth2Registry,
    programs,
};

use crate::ruled::{self, store};

/// Runs the helper under another name.
fn run_as(bed: &Bed, name: &str, words: &[&str], input: &str) -> Said {
    let link = bed.path(name);
    if !link.exists() {
        symlink(programs::program("docker-credential-shorepass"), &link).unwrap();
    }
    bed.run(link.to_str().unwrap(), words, input, &[])
}

/// Somebody whose login for a registry is stored, and the registry's name.
fn captain(registry: &OAuth2Registry) -> (Bed, String) {
    let host = registry.url().replace("http://", "");
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, &host, "captain", PASSWORD);
    (bed, host)
}

/// Asserts that a program has failed with one line on standard error alone, which says all this.
fn assert_aside(said: &Said, parts: &[&str]) {
    let line = said.stderr.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{said:?}");
    assert!(line.lines().count() == 1 && line.starts_with("shorepass: "), "{said:?}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    assert!(!line.contains("canary") && !line.contains("eyJ"), "it gives a secret away: {line}");
}

const PASSWORD: &str = "the captain's: 1,2";

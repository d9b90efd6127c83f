//! Arrows point down only, the helper stays small, and the broker has no network.

use std::{collections::BTreeSet, process::Command};

#[test]
fn arrows_between_our_crates_point_down_only() {
    for (name, allowed) in [
        ("shorepass-secret", &[][..]),
        ("shorepass-protocol", &["shorepass-secret"]),
        ("shorepass-core", &["shorepass-secret"]),
        ("shorepass-helper", &["shorepass-protocol", "shorepass-secret"]),
        ("shorepass-cli", &["shorepass-protocol", "shorepass-secret"]),
        ("shorepass-worker", &["shorepass-core", "shorepass-secret"]),
        ("shorepass-exchange", &["shorepass-core", "shorepass-secret", "shorepass-worker"]),
        ("shorepass-vault", &["shorepass-core", "shorepass-secret", "shorepass-worker"]),
        ("shorepass-daemon", &["shorepass-core", "shorepass-protocol", "shorepass-secret"]),
    ] {
        let ours: BTreeSet<_> =
            linked_into(name).into_iter().filter(|below| below.starts_with("shorepass-")).collect();
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert!(ours.is_subset(&allowed), "`{name}` points at {:?}", ours.difference(&allowed));
    }
}

#[test]
fn the_helper_links_no_more_than_it_must() {
    let allowed = [
        "bitflags",
        "interprocess",
        "itoa",
        "libc",
        "linux-raw-sys",
        "memchr",
        "rustix",
        "serde",
        "serde_core",
        "serde_json",
        "shorepass-protocol",
        "shorepass-secret",
        "zeroize",
        "zmij",
    ];

    let linked = linked_into("shorepass-helper");

    let surplus: Vec<_> = linked.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

#[test]
fn the_broker_has_neither_http_nor_tls() {
    let linked = linked_into("shorepass-daemon");

    let banned = [
        "hyper",
        "http",
        "h2",
        "reqwest",
        "ureq",
        "rustls",
        "native-tls",
        "openssl",
        "ring",
        "aws-lc-rs",
        "ssh2",
        "curl",
    ];
    let found: Vec<_> = linked
        .iter()
        .filter(|name| {
            banned.contains(&name.as_str()) || name.starts_with("aws-") || name.starts_with("hyper-")
        })
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// The names of all crates that are linked into one of ours on this platform, itself left out: with the
/// features it has when it is built alone, without procedural macros and what only builds need.
fn linked_into(name: &str) -> BTreeSet<String> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"])
        .args(["--target", &target, "--package", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<String> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|found| *found != name)
        .map(str::to_owned)
        .collect();
    assert!(
        names.contains("shorepass-secret") || name == "shorepass-secret",
        "the tree of `{name}` is empty"
    );
    names
}

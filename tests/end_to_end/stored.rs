//! Registries that take a login as it was stored, by their rule or because no other kind knows them.

use crate::ruled::{self, is_not_found, store};

#[test]
fn a_host_that_nobody_knows_takes_what_was_stored_for_it() {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, "registry.example:5000", "alice", "canary");

    let explained = bed.shorepass(&["explain", "--json", "registry.example:5000"]).json();

    assert_eq!(bed.helper("get", "registry.example:5000").credential(), pair("alice", "canary"));
    assert!(is_not_found(&bed.helper("get", "registry.example")));
    assert_eq!((&explained["kind"], &explained["source"]), (&"stored".into(), &"built-in".into()));
}

#[test]
fn a_rule_of_kind_stored_stands_against_a_clouds_own_exchange() {
    let bed = ruled::bed(&format!("match = \"{}\"\nkind = \"stored\"", crate::ECR));

    store(&bed, crate::ECR, "AWS", "canary");

    assert_eq!(bed.helper("get", crate::ECR).credential(), pair("AWS", "canary"));
}

#[test]
fn a_user_token_of_nexus_is_a_login_like_any_other() {
    let bed = ruled::bed("match = \"nexus.example:8083\"\nkind = \"nexus\"\naccess = \"pull\"");
    store(&bed, "https://nexus.example:8083", "Nq4w", "the pass code");

    let explained = bed.shorepass(&["explain", "--json", "nexus.example:8083"]).json();

    assert_eq!(bed.helper("get", "nexus.example:8083").credential(), pair("Nq4w", "the pass code"));
    assert!(is_not_found(&bed.helper("get", "nexus.example")));
    assert_eq!(explained["kind"], "nexus");
    let notes = explained["notes"].to_string();
    assert!(notes.contains("`access = \\\"pull\\\"` is not enforced for a stored login"), "{notes}");
}

#[test]
fn a_login_for_a_real_name_is_not_for_one_that_looks_like_it() {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, "quay.io", "shore+ci", "canary");

    for host in
        ["quay.io.evil.example", "evil-quay.io", "quay.io:8443", "cdn.quay.io", "evil.example/quay.io"]
    {
        assert!(is_not_found(&bed.helper("get", host)), "{host}");
    }
}

fn pair(username: &str, secret: &str) -> (String, String) {
    (username.into(), secret.into())
}

//! Clients spell one registry in many ways; a login by one of them is a login for all.

use super::{credential, pair, silence, somebody, store};

#[test]
fn docker_s_and_podman_s_names_of_docker_hub_are_one_login() {
    let names = ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"];
    for stored in names {
        let bed = somebody();
        store(&bed, stored, "hubber", stored);

        for asked in names {
            assert_eq!(credential(&bed, asked), pair("hubber", stored), "{stored} {asked}");
        }
    }
}

#[test]
fn every_spelling_that_nerdctl_tries_finds_it() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "s");

    for asked in [
        "r.example:443",
        "https://r.example:443",
        "http://r.example:443",
        "r.example",
        "https://r.example",
        "http://r.example",
        "https://r.example/v2/",
        "R.Example",
    ] {
        assert_eq!(credential(&bed, asked), pair("alice", "s"), "{asked}");
    }
}

#[test]
fn another_port_is_another_registry() {
    let bed = somebody();
    store(&bed, "r.example:5000", "alice", "s");

    for asked in ["r.example", "r.example:5001", "r.example.evil:5000", "evil-r.example:5000"] {
        assert_eq!(credential(&bed, asked), None, "{asked}");
    }
}

#[test]
fn what_the_docker_cli_keeps_beside_a_hub_login_is_never_taken_for_it() {
    let bed = somebody();
    let aside = ["https://index.docker.io/v1/access-token", "https://index.docker.io/v1/refresh-token"];
    store(&bed, aside[0], "hubber", "access");
    store(&bed, aside[1], "hubber", "refresh..client");
    assert_eq!(credential(&bed, "docker.io"), None);

    store(&bed, "https://index.docker.io/v1/", "hubber", "pat");

    assert_eq!(credential(&bed, "docker.io"), pair("hubber", "pat"));
    assert_eq!(credential(&bed, aside[0]), pair("hubber", "access"));
    assert_eq!(credential(&bed, aside[1]), pair("hubber", "refresh..client"));
    assert_eq!(bed.helper("list", "unused").stdout, "{\"docker.io\":\"hubber\"}\n");

    assert_eq!(bed.helper("erase", aside[1]), silence());
    assert_eq!(credential(&bed, aside[1]), None);
    assert_eq!(credential(&bed, "docker.io"), pair("hubber", "pat"));
}

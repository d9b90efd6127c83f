//! What the Docker CLI does with its helper when a person signs in by device code, byte by byte.
//!
//! It keeps two tokens of its own beside the login, under addresses that look like namespaces of Docker Hub.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::hub::Hub,
};

use super::{INDEX, get, not_found, person, silence, workflow};

#[test]
fn the_three_entries_of_a_sign_in_are_kept_apart() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    assert_eq!(get(&bed), not_found());

    sign_in(&bed);

    assert_eq!(bed.helper("get", ACCESS), said(ACCESS, "alice", "eyJ.canary.access"));
    assert_eq!(bed.helper("get", REFRESH), said(REFRESH, "alice", SAVED_REFRESH));
    assert_eq!(get(&bed), said(INDEX, "alice", "dckr_pat_canary"));
    // Other clients' names of the registry lead to the login, never to a token.
    for server in
        ["docker.io", "registry-1.docker.io", "dhi.io", "docker.io/v1", "docker.io/v1/refresh-tokens"]
    {
        assert_eq!(bed.helper("get", server).credential().1, "dckr_pat_canary", "{server}");
    }
}

#[test]
fn the_tokens_are_no_hosts_of_a_list() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    sign_in(&bed);

    let after_the_sign_in = bed.helper("list", "unused");
    for server in [ACCESS, REFRESH, INDEX] {
        assert_eq!(bed.helper("get", server).code, 0);
    }

    for said in [after_the_sign_in, bed.helper("list", "unused")] {
        assert_eq!(said.stdout, "{\"docker.io\":\"alice\"}\n");
    }
}

#[test]
fn a_logout_finds_the_refresh_token_and_leaves_nothing() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    sign_in(&bed);

    assert_eq!(bed.helper("get", REFRESH), said(REFRESH, "alice", SAVED_REFRESH));
    for server in [ACCESS, REFRESH, INDEX] {
        assert_eq!(bed.helper("erase", server), silence(), "{server}");
    }

    for server in [ACCESS, REFRESH, INDEX, "docker.io"] {
        assert_eq!(bed.helper("get", server), not_found(), "{server}");
    }
    assert_eq!(bed.helper("list", "unused").stdout, "{}\n");
}

#[test]
fn a_token_without_a_login_is_no_login_and_goes_alone() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    put(&bed, ACCESS, "alice", "eyJ.canary.access");

    assert_eq!(bed.helper("get", ACCESS).credential().1, "eyJ.canary.access");
    assert_eq!(get(&bed), not_found());
    assert_eq!(bed.helper("get", REFRESH), not_found());
    assert_eq!(bed.helper("list", "unused").stdout, "{}\n");

    put(&bed, INDEX, "alice", "dckr_pat_canary");
    assert_eq!(bed.helper("get", REFRESH), not_found());
    assert_eq!(bed.helper("erase", ACCESS), silence());
    assert_eq!(get(&bed).credential().1, "dckr_pat_canary");
}

#[test]
fn a_login_that_goes_leaves_the_tokens_to_the_client() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    sign_in(&bed);

    assert_eq!(bed.helper("erase", INDEX), silence());

    assert_eq!(get(&bed), not_found());
    assert_eq!(bed.helper("get", REFRESH).credential().1, SAVED_REFRESH);
}

#[test]
fn a_rule_for_docker_hub_does_not_catch_the_tokens() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");

    sign_in(&bed);

    assert_eq!(bed.helper("get", ACCESS), said(ACCESS, "alice", "eyJ.canary.access"));
    assert_eq!(bed.helper("get", REFRESH), said(REFRESH, "alice", SAVED_REFRESH));
    let (username, secret) = get(&bed).credential();
    assert_eq!(hub.owner(&username, &secret).as_deref(), Some("shoreteam"));
    assert_eq!(bed.helper("list", "unused").stdout, "{\"docker.io\":\"shoreteam\"}\n");
    assert_eq!(hub.count("identity:Exchange"), 1);
}

#[test]
fn the_tokens_outlive_the_broker() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    sign_in(&bed);

    let _ = bed.shorepass(&["broker", "stop"]);

    assert_eq!(bed.helper("get", REFRESH), said(REFRESH, "alice", SAVED_REFRESH));
    assert_eq!(get(&bed), said(INDEX, "alice", "dckr_pat_canary"));
}

/// The stores of one `docker login`, in its order: the fields in Go's order, one line each.
fn sign_in(bed: &Bed) {
    put(bed, ACCESS, "alice", "eyJ.canary.access");
    put(bed, REFRESH, "alice", SAVED_REFRESH);
    put(bed, INDEX, "alice", "dckr_pat_canary");
}

fn put(bed: &Bed, server: &str, username: &str, secret: &str) {
    let line =
        format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{username}\",\"Secret\":\"{secret}\"}}\n");
    assert_eq!(bed.helper("store", &line), silence(), "{server}");
}

fn said(server: &str, username: &str, secret: &str) -> Said {
    let stdout =
        format!("{{\"ServerURL\":\"{server}\",\"Username\":\"{username}\",\"Secret\":\"{secret}\"}}\n");
    Said { code: 0, stdout, stderr: String::new() }
}

const ACCESS: &str = "https://index.docker.io/v1/access-token";
const REFRESH: &str = "https://index.docker.io/v1/refresh-token";
/// The token, two dots and the id of the client that got it.
const SAVED_REFRESH: &str = "v1.canary-refresh..L4v0dmlNBpYUjGGab0C2JtgTgXr1Qz4d";

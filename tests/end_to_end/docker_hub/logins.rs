//! A stored login of Docker Hub, under all of its names.

use shorepass_tests::cloud::hub::Hub;

use super::{INDEX, access_token, get, not_found, person, silence, store};

#[test]
fn an_access_token_is_handed_out_for_every_name() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    let token = access_token(&hub, "alice");
    store(&bed, INDEX, "alice", &token);

    for server in [INDEX, "docker.io", "index.docker.io", "registry-1.docker.io", "docker.io/alice/notes"] {
        assert_eq!(bed.helper("get", server).credential(), ("alice".into(), token.clone()), "{server}");
    }
    for server in ["registry.hub.docker.com", "dhi.io", "https://dhi.io/v2/", "dhi.io/team/image"] {
        assert_eq!(bed.helper("get", server).credential(), ("alice".into(), token.clone()), "{server}");
    }
    assert_eq!(hub.owner("alice", &token).as_deref(), Some("alice"));
}

#[test]
fn the_own_login_of_another_name_comes_first() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    store(&bed, INDEX, "alice", "s1");
    store(&bed, "dhi.io", "shoreteam", "s2");

    assert_eq!(bed.helper("get", "dhi.io").credential(), ("shoreteam".into(), "s2".into()));
    assert_eq!(get(&bed).credential(), ("alice".into(), "s1".into()));

    assert_eq!(bed.helper("erase", "dhi.io"), silence());
    assert_eq!(bed.helper("get", "dhi.io").credential(), ("alice".into(), "s1".into()));
}

#[test]
fn a_new_login_and_a_logout_count_under_the_other_names_at_once() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    store(&bed, INDEX, "alice", "first");
    assert_eq!(bed.helper("get", "dhi.io").credential().1, "first");

    store(&bed, INDEX, "alice", "second");
    assert_eq!(bed.helper("get", "dhi.io").credential().1, "second");

    assert_eq!(bed.helper("erase", INDEX), silence());
    assert_eq!(bed.helper("get", "dhi.io"), not_found());
}

#[test]
fn a_login_of_docker_hub_goes_to_nobody_who_only_looks_like_it() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    store(&bed, INDEX, "alice", "canary");

    for server in [
        "docker.io.evil.example",
        "dhi.io:8443",
        "evil-dhi.io",
        "hub.docker.com",
        "http://dhi.io.evil.example",
    ] {
        assert_eq!(bed.helper("get", server), not_found(), "{server}");
    }
}

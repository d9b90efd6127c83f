//! An ID token of GitHub's becomes a login of the organization.

use std::time::{Duration, SystemTime};

use shorepass_tests::cloud::hub::Hub;

use super::{INDEX, get, silence, store, workflow};

#[test]
fn an_id_token_becomes_a_login_of_the_organization() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");

    let (username, secret) = get(&bed).credential();

    assert_eq!(username, "shoreteam");
    assert_eq!(hub.owner(&username, &secret).as_deref(), Some("shoreteam"));
}

#[test]
fn all_names_of_docker_hub_share_one_exchange() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");
    let (_, secret) = get(&bed).credential();

    for server in ["docker.io", "registry-1.docker.io", "registry.hub.docker.com", "dhi.io"] {
        assert_eq!(bed.helper("get", server).credential(), ("shoreteam".into(), secret.clone()), "{server}");
    }
    assert_eq!(hub.count("identity:Exchange"), 1);
}

#[test]
fn a_token_lives_an_hour_or_as_long_as_the_rule_says() {
    for (keys, seconds) in [("", 3600), ("token_life = \"5m\"", 300), ("token_life = \"6h\"", 21_600)] {
        let hub = Hub::start().unwrap();
        let bed = workflow(&hub, keys);

        let (_, secret) = get(&bed).credential();

        assert_eq!(lives(&bed), Duration::from_secs(seconds), "{keys}");
        let promised = hub.keyless().find(&secret).unwrap().expires_at;
        assert!(end(&bed) <= promised, "{keys}");
    }
}

#[test]
fn a_life_that_docker_cuts_short_is_believed() {
    let hub = Hub::start().unwrap();
    hub.knobs().keyless_life(Some(Duration::from_secs(600)));
    hub.knobs().tell_keyless_life(true);
    let bed = workflow(&hub, "");

    let _ = get(&bed).credential();

    assert_eq!(lives(&bed), Duration::from_secs(600));
}

#[test]
fn a_password_that_is_piped_into_a_login_is_not_kept() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");
    store(&bed, INDEX, "shoreteam", "canary");

    assert_ne!(get(&bed).credential().1, "canary");
    assert_eq!(bed.helper("erase", INDEX), silence());
    let _ = get(&bed).credential();

    assert_eq!(hub.count("identity:Exchange"), 2);
}

/// From issue to end, in whole seconds.
fn lives(bed: &shorepass_tests::bed::Bed) -> Duration {
    let issued = time(bed, "issued_at");
    let life = end(bed).duration_since(issued).unwrap();
    Duration::from_secs(life.as_secs())
}

fn end(bed: &shorepass_tests::bed::Bed) -> SystemTime {
    time(bed, "expires_at")
}

fn time(bed: &shorepass_tests::bed::Bed, key: &str) -> SystemTime {
    let status = bed.status().unwrap();
    humantime::parse_rfc3339(status["credentials"][0][key].as_str().unwrap()).unwrap()
}

//! One registry, from its login to its logout.

use shorepass_tests::bed::Said;

use super::{credential, login, not_found, pair, silence, somebody, store};

#[test]
fn what_was_stored_comes_back_byte_for_byte() {
    let bed = somebody();
    let secret = r#"p\u003cä\"\\ 𝄞 \t!"#;

    assert_eq!(bed.helper("store", &login("r.example:5000", "alice", secret)), silence());
    let said = bed.helper("get", "r.example:5000");

    assert_eq!(said.json()["Secret"], "p<ä\"\\ 𝄞 \t!");
    assert_eq!(said.json()["Username"], "alice");
    assert_eq!(said.json()["ServerURL"], "r.example:5000");
}

#[test]
fn a_login_outlives_the_broker() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "canary");
    let _ = bed.shorepass(&["broker", "stop"]);

    assert_eq!(credential(&bed, "r.example"), pair("alice", "canary"));
}

#[test]
fn a_login_takes_the_place_of_the_one_before_at_once() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "first");
    assert_eq!(credential(&bed, "r.example"), pair("alice", "first"));

    store(&bed, "r.example", "bob", "second");

    assert_eq!(credential(&bed, "r.example"), pair("bob", "second"));
}

#[test]
fn a_registry_that_was_not_found_is_found_right_after_the_login() {
    let bed = somebody();
    assert_eq!(bed.helper("get", "r.example"), not_found());

    store(&bed, "r.example", "alice", "s");

    assert_eq!(credential(&bed, "r.example"), pair("alice", "s"));
}

#[test]
fn after_the_logout_nothing_is_found_and_a_second_one_is_no_error() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "s");
    assert!(credential(&bed, "r.example").is_some());

    // What one `docker logout` sends.
    for server in ["r.example", "r.example", "http://r.example", "https://r.example"] {
        assert_eq!(bed.helper("erase", server), silence(), "{server}");
    }

    assert_eq!(bed.helper("get", "r.example"), not_found());
    assert_eq!(bed.helper("list", "unused").stdout, "{}\n");
}

#[test]
fn the_list_names_hosts_and_users_with_and_without_a_broker() {
    let bed = somebody();
    store(&bed, "https://index.docker.io/v1/", "hubber", "s");
    store(&bed, "r.example:5000", "alice", "s");

    let with_broker = bed.helper("list", "unused");
    let _ = bed.shorepass(&["broker", "stop"]);
    let without = bed.helper("list", "unused");

    // podman stops at a key with a scheme, so Docker Hub goes by its short name.
    let expected = "{\"docker.io\":\"hubber\",\"r.example:5000\":\"alice\"}\n";
    assert_eq!(with_broker, Said { code: 0, stdout: expected.into(), stderr: String::new() });
    assert_eq!(without, with_broker);
}

#[test]
fn an_identity_token_stays_one() {
    let bed = somebody();

    store(&bed, "r.example", "<token>", "refresh");

    assert_eq!(credential(&bed, "r.example"), pair("<token>", "refresh"));
}

#[test]
fn a_login_as_long_as_the_protocol_allows_survives() {
    let bed = somebody();
    let secret = "s".repeat(60 * 1024);

    store(&bed, "r.example", "alice", &secret);

    assert_eq!(credential(&bed, "r.example"), pair("alice", &secret));
}

#[test]
fn nobody_knows_when_a_login_ends() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "canary");

    let got = bed.shorepass(&["get", "r.example", "--json"]).json();
    let status = bed.status().unwrap();

    assert_eq!(got["expires_at"], serde_json::Value::Null);
    assert_eq!(status["credentials"][0]["expires_at"], serde_json::Value::Null);
    assert!(!status.to_string().contains("canary"));
}

//! What Docker's identity service does not let in, in words that say where to look.

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        Fault, Issuer, Times,
        hub::{AUDIENCE, CI_SUBJECT, CONNECTION, Hub, Service},
    },
};

use super::{configure, connection, get, identity, show, workflow};

#[test]
fn a_subject_that_no_ruleset_matches_is_shown_with_the_place_of_the_reason() {
    let hub = Hub::start().unwrap();
    let bed = workflow_of(&hub, CONNECTION);
    show(&bed, &hub.id_token("repo:somebody/else:ref:refs/heads/main", HOUR));

    assert_reason(
        &get(&bed),
        &[
            &format!("the connection `{CONNECTION}` of `shoreteam` does not let this token in"),
            "its issuer is `https://token.actions.githubusercontent.com`",
            "its subject `repo:somebody/else:ref:refs/heads/main`",
            "Failures table",
        ],
    );
}

#[test]
fn a_connection_that_is_off_or_not_there_is_refused_in_the_same_words() {
    let hub = Hub::start().unwrap();
    let off = workflow_of(&hub, CONNECTION);
    show(&off, &hub.id_token(CI_SUBJECT, HOUR));
    hub.with_world(|world| world.connection_mut(CONNECTION).unwrap().is_active = false);
    let absent = workflow_of(&hub, "00000000-0000-4000-8000-000000000000");
    show(&absent, &hub.id_token(CI_SUBJECT, HOUR));

    for bed in [off, absent] {
        assert_reason(&get(&bed), &["does not let this token in", "the connection must be active"]);
    }
}

#[test]
fn an_audience_that_is_another_ones_is_named_beside_the_one_that_is_wanted() {
    let hub = Hub::start().unwrap();
    let bed = workflow_of(&hub, CONNECTION);
    show(&bed, &hub.with_world(|world| world.issuer.token(CI_SUBJECT, "sts.amazonaws.com", HOUR)));

    assert_reason(
        &get(&bed),
        &[
            "its audience `sts.amazonaws.com`",
            "ask for the token with the audience `https://identity.docker.com`",
        ],
    );
}

#[test]
fn another_issuer_than_github_is_docker_s_to_refuse() {
    let hub = Hub::start().unwrap();
    let bed = workflow_of(&hub, CONNECTION);
    let gitlab = Issuer::rs256("https://gitlab.example");
    show(&bed, &gitlab.token(CI_SUBJECT, AUDIENCE, HOUR));

    assert_reason(&get(&bed), &["its issuer is `https://gitlab.example`", "tokens of GitHub Actions only"]);
    assert_eq!(hub.count("identity:Exchange"), 1);
}

#[test]
fn a_token_that_has_ended_is_said_to_have_ended() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");
    hub.knobs().clock_ahead_ms(3600 * 1000);

    assert_reason(&get(&bed), &["the token ended at ", "`date -u`"]);
}

#[test]
fn what_is_no_token_is_told_from_one_that_is_refused() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");
    show(&bed, "canary-which-is-no-token");

    assert_reason(&get(&bed), &["its issuer is missing", "gives no OIDC token"]);
}

#[test]
fn a_rule_without_a_connection_says_what_to_add() {
    let hub = Hub::start().unwrap();
    let bed = Bed::new();
    show(&bed, "a.b.c");
    configure(&bed, &hub, "identity = \"ci\"", &identity(&bed));

    assert_reason(&get(&bed), &["names no OIDC connection", "`organization` and `connection_id`"]);
    assert_eq!(hub.count("identity:Exchange"), 0);
}

#[test]
fn a_throttle_is_obeyed_for_as_long_as_it_asks() {
    let hub = Hub::start().unwrap();
    hub.knobs().fail(Service::Identity, Fault::Throttle(Duration::from_secs(60)), Times::UntilHealed);
    let bed = workflow(&hub, "");

    for _ in 0..3 {
        assert_reason(&get(&bed), &["Docker's identity service has had too many requests"]);
    }

    assert_eq!(hub.count("identity:Exchange"), 1);
}

#[test]
fn a_passing_fault_passes() {
    let hub = Hub::start().unwrap();
    hub.knobs().fail(Service::Identity, Fault::HangUp, Times::Next(1));
    let bed = workflow(&hub, "");

    assert_eq!(get(&bed).credential().0, "shoreteam");
}

#[test]
fn garbage_is_garbage() {
    for fault in [Fault::Garbage, Fault::Huge(2 * 1024 * 1024)] {
        let hub = Hub::start().unwrap();
        hub.knobs().fail(Service::Identity, fault, Times::UntilHealed);
        let bed = workflow(&hub, "");

        assert_reason(&get(&bed), &["the answer of Docker's identity service makes no sense"]);
    }
}

/// Whose token is still to come.
fn workflow_of(hub: &Hub, id: &str) -> Bed {
    let bed = Bed::new();
    configure(&bed, hub, &connection(id), &identity(&bed));
    bed
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no token away.
fn assert_reason(said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert!(line.starts_with("shorepass: ") && line.lines().count() == 1, "{said:?}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    assert!(!line.contains("canary") && !line.contains("eyJ"), "it gives a token away: {line}");
}

const HOUR: Duration = Duration::from_secs(3600);

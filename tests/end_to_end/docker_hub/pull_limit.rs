//! How many pulls are left: read live, read behind the scenes, and never by a pull.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::{
        Fault, Times,
        hub::{Hub, Service},
    },
};

use super::{INDEX, access_token, finding, get, person, store, workflow};
use crate::LONG;

#[test]
fn the_doctor_reads_the_limit_of_the_account() {
    let hub = Hub::start().unwrap();
    let bed = alice(&hub, "");

    let first = finding(&bed, "pull_limit").unwrap();
    let second = finding(&bed, "pull_limit").unwrap();

    assert_eq!(first["what"], "the pull limit of `alice` at Docker Hub: 200 of 200 in 6h 0m left");
    // Whoever looks by `GET` finds one less the next time.
    assert_eq!(first, second);
}

#[test]
fn without_a_login_the_limit_is_the_address_s() {
    let hub = Hub::start().unwrap();
    hub.knobs().pull_limits(7, 200);
    let bed = person(&hub, "");

    let found = finding(&bed, "pull_limit").unwrap();

    assert_eq!(
        found["what"],
        "the pull limit of everybody at `127.0.0.1` without a login at Docker Hub: 7 of 7 in 6h 0m left"
    );
}

#[test]
fn who_pays_has_no_limit() {
    let hub = Hub::start().unwrap();
    let bed = workflow(&hub, "");

    let found = finding(&bed, "pull_limit").unwrap();

    assert_eq!(found["what"], "the pull limit of `shoreteam` at Docker Hub: no limit");
}

#[test]
fn a_limit_that_is_reached_is_a_warning() {
    let hub = Hub::start().unwrap();
    hub.knobs().pull_limits(0, 0);
    let bed = alice(&hub, "");

    let found = finding(&bed, "pull_limit_reached").unwrap();

    assert_eq!(found["level"], "warning");
    assert!(found["what"].as_str().unwrap().contains("0 of 0 in 6h 0m left"), "{found}");
}

#[test]
fn a_login_that_docker_hub_forgives_is_warned_of() {
    let hub = Hub::start().unwrap();
    hub.knobs().forgive_bad_logins(true);
    let bed = person(&hub, "");
    store(&bed, INDEX, "alice", "canary");

    let found = finding(&bed, "pull_limit_by_address").unwrap();

    assert_eq!(found["level"], "warning");
    let what = found["what"].as_str().unwrap();
    assert!(what.contains("`127.0.0.1`") && what.contains("the login of `alice`"), "{found}");
    assert!(found["fix"].as_str().unwrap().contains("`docker login`"), "{found}");
}

#[test]
fn a_login_that_docker_hub_refuses_is_an_error() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    store(&bed, INDEX, "alice", "canary");

    let found = finding(&bed, "hub_login_refused").unwrap();

    assert_eq!(found["level"], "error");
    assert!(found["why"].as_str().unwrap().contains("does not take the login of `alice`"), "{found}");
    assert!(!found.to_string().contains("canary"));
}

#[test]
fn an_identity_token_is_shown_as_what_it_is() {
    let hub = Hub::start().unwrap();
    let bed = person(&hub, "");
    store(&bed, INDEX, "<token>", &refresh_token(&hub, "alice"));

    let found = finding(&bed, "pull_limit").unwrap();

    assert_eq!(found["what"], "the pull limit of `<token>` at Docker Hub: 200 of 200 in 6h 0m left");
}

#[test]
fn a_registry_out_of_order_is_no_verdict_on_the_login() {
    let hub = Hub::start().unwrap();
    hub.knobs().fail(Service::Registry, Fault::Throttle(Duration::from_secs(60)), Times::UntilHealed);
    let bed = alice(&hub, "");

    assert_eq!(finding(&bed, "throttled").unwrap()["level"], "warning");
}

#[test]
fn after_a_get_it_is_read_once_and_shown_in_the_status() {
    let hub = Hub::start().unwrap();
    let bed = alice(&hub, "");
    for _ in 0..3 {
        let _ = get(&bed).credential();
    }

    assert!(wait_until(|| limits(&bed) != json!(null)), "{:?}", bed.status());
    let _ = bed.helper("get", "dhi.io").credential();

    let told = limits(&bed)[0].clone();
    assert_eq!(
        (&told["username"], &told["limit"], &told["remaining"], &told["window_s"]),
        (&json!("alice"), &json!(200), &json!(200), &json!(21_600))
    );
    let _ = humantime::parse_rfc3339(told["read_at"].as_str().unwrap()).unwrap();
    let text = bed.shorepass(&["status"]).stdout;
    assert!(text.contains("pull limit  alice: 200 of 200 in 6h 0m left ("), "{text}");
    let _ = bed.shorepass(&["broker", "stop"]);
    assert_eq!(hub.count("registry:Manifest"), 1);
}

#[test]
fn a_docker_hub_that_does_not_answer_delays_no_get_and_takes_no_worker() {
    let hub = Hub::start().unwrap();
    hub.knobs().fail(Service::Auth, Fault::Silence(3 * LONG), Times::UntilHealed);
    let bed = workflow(&hub, "");
    let file = bed.path("home/.config/shorepass/config.toml");
    let config = std::fs::read_to_string(file).unwrap();
    bed.configure(&format!("[broker]\nworkers = 1\n{config}"));

    let _ = get(&bed).credential();
    assert!(hub.wait_for("auth:Token", 1, LONG));
    assert_eq!(bed.shorepass(&["refresh", "docker.io"]).code, 0);

    assert_eq!(hub.count("identity:Exchange"), 2);
}

#[test]
fn switched_off_nobody_is_asked() {
    let hub = Hub::start().unwrap();
    let bed = alice(&hub, "pull_limit = false");

    let _ = get(&bed).credential();
    let report = bed.shorepass(&["doctor", "--json", "docker.io"]).stdout;
    let _ = bed.shorepass(&["broker", "stop"]);

    assert!(!report.contains("pull_limit"), "{report}");
    assert_eq!((hub.count("auth:Token"), hub.count("registry:Manifest")), (0, 0));
}

#[test]
fn without_a_lasting_broker_nothing_is_read_behind_the_scenes() {
    let hub = Hub::start().unwrap();
    let mut bed = alice(&hub, "");
    let _ = bed.shorepass(&["broker", "stop"]);
    bed.unset("XDG_RUNTIME_DIR").set("SHOREPASS_SOCKET", "/proc/nowhere/broker.sock");

    let _ = get(&bed).credential();

    assert_eq!(hub.count("auth:Token"), 0);
}

/// A person with an access token that is good.
fn alice(hub: &Hub, keys: &str) -> Bed {
    let bed = person(hub, keys);
    store(&bed, INDEX, "alice", &access_token(hub, "alice"));
    bed
}

/// What a client gets that asks for a token to keep.
fn refresh_token(hub: &Hub, account: &str) -> String {
    let login = BASE64_STANDARD.encode(format!("{account}:{}", access_token(hub, account)));
    let mut stream = TcpStream::connect(hub.address()).unwrap();
    let request = format!(
        "GET /token?service=registry.docker.io&offline_token=true HTTP/1.1\r\nhost: {}\r\n\
         authorization: Basic {login}\r\nconnection: close\r\n\r\n",
        hub.address()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    body["refresh_token"].as_str().unwrap().to_owned()
}

fn limits(bed: &Bed) -> Value {
    bed.status().map(|status| status["pull_limits"].clone()).unwrap_or_default()
}

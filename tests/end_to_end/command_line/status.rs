//! `status --json`: the shape that scripts rely on, after a hit and after a failure.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use crate::ECR;

#[test]
fn after_a_hit_it_tells_the_broker_its_counters_and_the_credential() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();
    let _ = bed.helper("get", ECR).credential();

    let mut status = bed.status().unwrap();

    assert_eq!(keys(&status), ["broker", "counters", "credentials"]);
    assert_eq!(keys(&status["broker"]), ["config", "pid", "socket", "started_at", "uptime_s", "version"]);
    assert_eq!(status["broker"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["broker"]["socket"], bed.path("run/shorepass/broker.sock").display().to_string());
    assert_eq!(status["broker"]["config"], json!([]));
    let _ = time(&status["broker"]["started_at"]);
    assert_eq!(
        status["counters"],
        json!({ "requests": 2, "hits": 1, "exchanges": 1, "refreshes": 0, "failures": 0, "served_stale": 0 })
    );
    let credential = status["credentials"][0].take();
    assert_eq!(status["credentials"], json!([null]));
    assert_eq!(
        keys(&credential),
        ["expires_at", "identity", "issued_at", "kind", "last_error", "refresh_at", "registry"]
    );
    assert_eq!((&credential["registry"], &credential["kind"]), (&json!(ECR), &json!("ecr")));
    assert!(credential["identity"].as_str().unwrap().starts_with("default"), "{credential}");
    assert_eq!(credential["last_error"], Value::Null);
    let [issued, refresh, expires] =
        ["issued_at", "refresh_at", "expires_at"].map(|key| time(&credential[key]));
    let share = refresh.duration_since(issued).unwrap().as_secs_f64() / HALF_A_DAY.as_secs_f64();
    assert!((0.69..0.81).contains(&share), "refreshed at {share} of its life");
    assert!(expires.duration_since(issued).unwrap().abs_diff(HALF_A_DAY) < Duration::from_secs(5));
}

#[test]
fn after_a_failure_it_tells_why() {
    let cloud = Aws::start().unwrap();
    super::deny(&cloud, "ecr:GetAuthorizationToken");
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.helper("get", ECR).code, 1);

    let status = bed.status().unwrap();

    assert_eq!(
        status["counters"],
        json!({ "requests": 1, "hits": 0, "exchanges": 1, "refreshes": 0, "failures": 1, "served_stale": 0 })
    );
    let credential = &status["credentials"][0];
    assert!(credential["last_error"].as_str().unwrap().contains("not authorized to perform"), "{credential}");
    for key in ["issued_at", "expires_at", "refresh_at"] {
        assert_eq!(credential[key], Value::Null, "{key}");
    }
    let as_text = bed.shorepass(&["status"]).stdout;
    assert!(as_text.contains("1 failed") && as_text.contains("not authorized to perform"), "{as_text}");
}

#[test]
fn without_a_broker_it_starts_none() {
    let bed = Bed::new();

    let said = bed.shorepass(&["status", "--json"]);

    assert_eq!(said.code, 5);
    assert_eq!(said.json(), json!({ "broker": null, "counters": null, "credentials": [] }));
    assert!(!bed.path("run/shorepass").exists());
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn time(value: &Value) -> SystemTime {
    humantime::parse_rfc3339(value.as_str().unwrap()).unwrap()
}

const HALF_A_DAY: Duration = Duration::from_secs(12 * 3600);

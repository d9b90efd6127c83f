//! What travels around the logins: challenge, bearer tokens and refusals.

use super::*;
use crate::cloud::{Fault, Times};

#[test]
fn the_challenge_leads_to_gitlab() {
    let bench = Bench::new();
    let challenge = |host: &str| {
        let reply = bench.send(&request("GET", "/v2/", &[("host", host)], ""));
        let header = reply.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap();
        (reply.status, header.1.clone())
    };

    let real = r#"Bearer realm="https://gitlab.com/jwt/auth",service="container_registry""#;
    assert_eq!(challenge("registry.gitlab.com"), (401, real.into()));
    let own = r#"Bearer realm="https://127.0.0.1:5000/jwt/auth",service="container_registry""#;
    assert_eq!(challenge("127.0.0.1:5000"), (401, own.into()));
}

#[test]
fn a_bearer_token_opens_its_repository_for_five_minutes() {
    let bench = Bench::new();
    let token = bench.job_token();
    let reply = bench.login(Some((JOB_USER, &token)), "repository:shore/app:pull");
    let bearer = json(&reply)["token"].as_str().unwrap().to_owned();

    assert_eq!(bench.look("shore/app", &bearer).status, 200);
    assert_eq!(bench.look("shore/base", &bearer).status, 401);
    bench.site.knobs.clock_ahead_ms(299_000);
    assert_eq!(bench.look("shore/app", &bearer).status, 200);
    bench.site.knobs.clock_ahead_ms(301_000);
    assert_eq!(bench.look("shore/app", &bearer).status, 401);
}

#[test]
fn nobody_pulls_what_is_public_and_nothing_else() {
    let bench = Bench::new();

    assert_eq!(bench.granted(None, "shore/base"), json!(["pull"]));
    assert_eq!(refusal(&bench.login(None, "repository:shore/app:pull")), (403, "DENIED".into()));
    assert_eq!(refusal(&bench.login(None, "")), (403, "DENIED".into()));
}

#[test]
fn other_methods_services_hosts_and_malformed_scopes_are_refused() {
    let bench = Bench::new();
    let status = |method: &str, host: &str, target: &str| {
        bench.send(&request(method, target, &[("host", host)], "")).status
    };

    assert_eq!(status("POST", "gitlab.com", "/jwt/auth?service=container_registry"), 404);
    assert_eq!(status("GET", "gitlab.com", "/jwt/auth?service=registry.docker.io"), 404);
    assert_eq!(status("GET", "gitlab.com", "/v2/"), 404);
    assert_eq!(status("GET", "registry.gitlab.com", "/jwt/auth?service=container_registry"), 404);
    assert_eq!(bench.login(Some((JOB_USER, &bench.job_token())), "repository:a").status, 400);
}

#[test]
fn a_fault_strikes_the_service_it_was_ordered_for() {
    let bench = Bench::new();
    bench.site.knobs.fail(Service::GitLab, Fault::HangUp, Times::Next(1));

    assert_eq!(bench.look("shore/app", "x").status, 401);
    assert_eq!(bench.login(None, "repository:shore/base:pull").status, 0);
    assert_eq!(bench.login(None, "repository:shore/base:pull").status, 200);
}

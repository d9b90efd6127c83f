//! Pull limits: who is counted, what counts and what is said about it.

use super::*;

#[test]
fn looking_does_not_count_and_pulling_does() {
    let bench = Bench::new();
    let bearer = bench.bearer(None, SCOPE);
    let remaining = |method: &str| {
        let reply = bench.manifest(method, PREVIEW, &bearer);
        header(&reply, "ratelimit-remaining").unwrap().to_owned()
    };

    assert_eq!(remaining("HEAD"), "100;w=21600");
    assert_eq!(remaining("HEAD"), "100;w=21600");
    assert_eq!(remaining("GET"), "99;w=21600");
    assert_eq!(remaining("HEAD"), "99;w=21600");
}

#[test]
fn an_account_is_counted_by_its_id_and_nobody_by_address() {
    let bench = Bench::new();
    let secret = bench.secret("alice");
    let source = |login: Option<(&str, &str)>| {
        let reply = bench.manifest("HEAD", PREVIEW, &bench.bearer(login, SCOPE));
        let value = |name: &str| header(&reply, name).unwrap_or_default().to_owned();
        (value("docker-ratelimit-source"), value("ratelimit-limit"))
    };
    let id = bench.site.world().find_account("alice").unwrap().id.clone();

    assert_eq!(source(None), ("192.0.2.7".into(), "100;w=21600".into()));
    assert_eq!(source(Some(("alice", &secret))), (id, "200;w=21600".into()));
    assert_eq!(bench.login(Some(("alice", "x")), SCOPE).status, 401);
    bench.site.knobs.forgive_bad_logins(true);
    assert_eq!(source(Some(("alice", "x"))), ("192.0.2.7".into(), "100;w=21600".into()));
}

#[test]
fn those_who_pay_hear_of_no_limit() {
    let bench = Bench::new();
    let secret = bench.secret("shoreteam");
    let bearer = bench.bearer(Some(("shoreteam", &secret)), SCOPE);
    bench.site.knobs.pull_limits(0, 0);

    let reply = bench.manifest("GET", PREVIEW, &bearer);

    assert_eq!((reply.status, header(&reply, "ratelimit-limit")), (200, None));
}

#[test]
fn over_the_limit_pulls_are_refused_for_six_hours() {
    let bench = Bench::new();
    bench.site.knobs.bearer_life(Duration::from_secs(100_000));
    bench.site.knobs.pull_limits(1, 1);
    let bearer = bench.bearer(None, SCOPE);

    let first = bench.manifest("GET", PREVIEW, &bearer).status;
    let second = bench.manifest("GET", PREVIEW, &bearer);
    let look = bench.manifest("HEAD", PREVIEW, &bearer);
    bench.site.knobs.clock_ahead_ms(21_600_000 + 1000);
    let later = bench.manifest("GET", PREVIEW, &bearer).status;

    assert_eq!((first, second.status, later), (200, 429, 200));
    let error = &json(&second)["errors"][0];
    assert_eq!(error["code"], "TOOMANYREQUESTS");
    assert!(error["message"].as_str().unwrap().starts_with("You have reached your pull rate limit."));
    assert_eq!((look.status, header(&look, "ratelimit-remaining")), (200, Some("0;w=21600")));
}

const PREVIEW: &str = "ratelimitpreview/test";
const SCOPE: &str = "repository:ratelimitpreview/test:pull";

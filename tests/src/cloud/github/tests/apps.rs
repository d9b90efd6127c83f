//! An app's signature, and everything that is none.

use super::*;

#[test]
fn an_app_is_known_by_its_id_and_its_client_id() {
    let bench = Bench::new();

    for issuer in [json!("1001"), json!(1001), json!("Iv23liShorepassPull")] {
        assert_eq!(mint(&bench, &claims(&bench, "iss", &issuer)).status, 201, "{issuer}");
    }
}

#[test]
fn a_signature_counts_for_ten_minutes_at_most_and_not_before_its_time() {
    let bench = Bench::new();
    let now = bench.now();
    let message = |name: &str, value: Value| {
        let reply = mint(&bench, &claims(&bench, name, &value));
        (reply.status, json(&reply)["message"].as_str().unwrap_or_default().to_owned())
    };

    assert_eq!(message("exp", json!(now + 600)).0, 201);
    let far = "'Expiration time' claim ('exp') is too far in the future";
    assert_eq!(message("exp", json!(now + 700)), (401, far.into()));
    for over in [json!(now - 1), json!("soon"), Value::Null] {
        let (status, said) = message("exp", over);
        assert!(status == 401 && said.contains("must be a numeric value"), "{said}");
    }
    for unborn in [json!(now + 100), json!("now"), Value::Null] {
        let (status, said) = message("iat", unborn);
        assert!(status == 401 && said.starts_with("'Issued at' claim"), "{said}");
    }
}

#[test]
fn other_keys_other_algorithms_and_strangers_are_refused() {
    let bench = Bench::new();
    let app = bench.site.world().find_app("puller").unwrap().clone();
    let elliptic = Issuer::es256("1001").sign(&json!({ "iss": "1001", "iat": 1, "exp": bench.now() + 60 }));
    let path = "/app/installations/2001/access_tokens";

    for bad in [app.with_new_key().token(bench.now()), elliptic, "no-jwt".into(), String::new()] {
        let reply = bench.api("POST", path, &bad, "");
        assert_eq!(json(&reply)["message"], "A JSON web token could not be decoded", "{bad}");
        assert_eq!(reply.status, 401);
    }
    assert_eq!(mint(&bench, &claims(&bench, "iss", &json!("9999"))).status, 404);
}

#[test]
fn a_request_that_does_not_introduce_itself_is_refused() {
    let bench = Bench::new();
    let authorization = format!("Bearer {}", bench.app_token("puller"));

    for (missing, status) in [("user-agent", 403), ("accept", 415), ("x-github-api-version", 400)] {
        let headers: Vec<_> = HEADERS.into_iter().filter(|(name, _)| *name != missing).collect();
        let headers = [&headers[..], &[("authorization", &authorization)]].concat();
        let reply = bench.send(&request("POST", "/app/installations/2001/access_tokens", &headers, ""));
        assert_eq!(reply.status, status, "{missing}");
    }
}

#[test]
fn an_installation_is_found_where_it_is_and_nowhere_else() {
    let bench = Bench::new();
    let found = |app: &str, path: &str| {
        let reply = bench.api("GET", path, &bench.app_token(app), "");
        (reply.status, json(&reply)["id"].as_u64().unwrap_or_default())
    };

    assert_eq!(found("puller", "/repos/shoreteam/images/installation"), (200, 2001));
    assert_eq!(found("narrow", "/repos/shoreteam/tools/installation"), (200, 2002));
    assert_eq!(found("puller", "/orgs/shoreteam/installation"), (200, 2001));
    for (app, path) in [
        ("narrow", "/repos/shoreteam/images/installation"),
        ("puller", "/repos/shoreteam/nothing/installation"),
        ("puller", "/users/shoreteam/installation"),
        ("puller", "/users/alice/installation"),
    ] {
        assert_eq!(found(app, path).0, 404, "{app} {path}");
    }
}

#[test]
fn the_api_of_a_server_of_ones_own_is_below_a_prefix() {
    let bench = Bench::new();
    let path = "/api/v3/app/installations/2001/access_tokens";
    let ask = |host: &str| {
        let authorization = format!("Bearer {}", bench.app_token("puller"));
        let headers =
            [&[("host", host)], &HEADERS[1..], &[("authorization", authorization.as_str())]].concat();
        bench.send(&request("POST", path, &headers, "")).status
    };

    assert_eq!((ask("github.corp.example"), ask("api.github.com")), (201, 404));
}

#[test]
fn requests_are_counted_and_too_many_are_refused() {
    let bench = Bench::new();
    bench.site.knobs.requests_per_hour(2);
    let ask = || bench.create("puller", 2001, &json!({}));

    let (first, _, third) = (ask(), ask(), ask());

    assert_eq!((first.status, header(&first, "x-ratelimit-remaining")), (201, Some("1")));
    assert_eq!((third.status, header(&third, "x-ratelimit-remaining")), (403, Some("0")));
    assert_eq!(header(&third, "x-ratelimit-limit"), Some("2"));
    assert!(header(&third, "x-ratelimit-reset").unwrap().parse::<u64>().unwrap() > bench.now());
}

fn claims(bench: &Bench, name: &str, value: &Value) -> Value {
    let mut claims = json!({ "iss": "1001", "iat": bench.now() - 60, "exp": bench.now() + 300 });
    claims[name] = value.clone();
    claims
}

fn mint(bench: &Bench, claims: &Value) -> Reply {
    let token = bench.site.world().find_app("puller").unwrap().sign(claims);
    bench.api("POST", "/app/installations/2001/access_tokens", &token, "")
}

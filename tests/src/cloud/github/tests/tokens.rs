//! Installation tokens: what is asked for, what is granted, and when they end.

use std::time::Duration;

use super::*;

#[test]
fn a_token_lasts_an_hour_and_holds_what_the_installation_may_do() {
    let bench = Bench::new();

    let body = json(&bench.create("puller", 2001, &json!({})));

    assert!(body["token"].as_str().unwrap().starts_with("ghs_"));
    assert_eq!(body["permissions"], json!({ "packages": "read", "metadata": "read" }));
    assert_eq!((&body["repository_selection"], body.get("repositories")), (&json!("all"), None));
    let end = humantime::parse_rfc3339(body["expires_at"].as_str().unwrap()).unwrap();
    let left = end.duration_since(bench.site.now()).unwrap_or_default();
    assert!(left > Duration::from_secs(3590) && left <= Duration::from_secs(3600), "{left:?}");
}

#[test]
fn a_token_can_be_narrowed_by_name_and_by_id() {
    let bench = Bench::new();
    let wanted =
        json!({ "repositories": ["images"], "repository_ids": [2], "permissions": { "packages": "read" } });

    let body = json(&bench.create("puller", 2001, &wanted));

    let names: Vec<_> =
        body["repositories"].as_array().unwrap().iter().map(|one| &one["full_name"]).collect();
    assert_eq!(names, ["shoreteam/images", "shoreteam/tools"]);
    assert_eq!(body["permissions"], json!({ "packages": "read" }));
    assert_eq!(body["repository_selection"], "selected");
}

#[test]
fn more_than_was_granted_is_refused() {
    let bench = Bench::new();

    for (app, installation, wanted) in [
        ("puller", 2001, json!({ "permissions": { "packages": "write" } })),
        ("puller", 2001, json!({ "permissions": { "contents": "read" } })),
        ("puller", 2001, json!({ "permissions": { "packages": "everything" } })),
        ("puller", 2001, json!({ "repositories": ["nothing"] })),
        ("narrow", 2002, json!({ "repositories": ["images"] })),
        ("narrow", 2002, json!({ "repository_ids": [1] })),
    ] {
        assert_eq!(bench.create(app, installation, &wanted).status, 422, "{app} {wanted}");
    }
    assert_eq!(bench.create("narrow", 2002, &json!({ "permissions": { "packages": "read" } })).status, 201);
    assert_eq!(bench.create("puller", 2001, &json!([])).status, 400);
}

#[test]
fn other_apps_installations_do_not_exist_and_suspended_ones_give_nothing() {
    let bench = Bench::new();
    let token = bench.installation_token("puller", 2001);

    assert_eq!(bench.create("puller", 2002, &json!({})).status, 404);
    assert_eq!(bench.create("puller", 1, &json!({})).status, 404);
    assert_eq!(bench.login(Some(&token), BASE).status, 200);
    bench.site.world().installation_mut(2001).unwrap().is_suspended = true;
    assert_eq!(bench.create("puller", 2001, &json!({})).status, 403);
    assert_eq!(bench.login(Some(&token), BASE).status, 403);
}

#[test]
fn a_token_logs_in_until_it_ends() {
    let bench = Bench::new();
    bench.site.knobs.installation_token_life(Duration::from_secs(60));
    let token = bench.installation_token("puller", 2001);

    assert_eq!(bench.login(Some(&token), BASE).status, 200);
    bench.site.knobs.clock_ahead_ms(61_000);
    assert_eq!(code(&bench.login(Some(&token), BASE)), (403, "DENIED".into()));
}

const BASE: &str = "repository:shoreteam/base:pull";

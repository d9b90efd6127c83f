//! The registry: who logs in, and what that opens.

use super::*;
use crate::registry::admission::{Admission as _, Standing};

#[test]
fn an_apps_token_logs_in_but_opens_nothing_private() {
    let bench = Bench::new();
    let token = bench.installation_token("puller", 2001);
    let denied = (403, "DENIED".to_owned());

    assert_eq!(bench.login(Some(&token), "repository:shoreteam/app:pull").status, 200);
    assert_eq!(bench.look(Some(&token), "shoreteam/app"), denied);
    assert_eq!(bench.look(Some(&token), "shoreteam/base").0, 200);
    bench.site.knobs.deny_at_token_service(true);
    assert_eq!(code(&bench.login(Some(&token), "repository:shoreteam/app:pull")), denied);
}

#[test]
fn when_apps_tokens_open_packages_they_need_permission_and_the_linked_repository() {
    let bench = Bench::new();
    bench.site.knobs.app_tokens_open_packages(true);
    let (wide, narrow) = (bench.installation_token("puller", 2001), bench.installation_token("narrow", 2002));
    let elsewhere = json(&bench.create("puller", 2001, &json!({ "repositories": ["tools"] })));
    let without = json(&bench.create("puller", 2001, &json!({ "permissions": { "metadata": "read" } })));
    let look = |token: &str, package: &str| bench.look(Some(token), package).0;

    assert_eq!(look(&wide, "shoreteam/app"), 200);
    assert_eq!(look(&wide, "shoreteam/notes"), 403, "linked to nothing");
    assert_eq!(look(&narrow, "shoreteam/app"), 403, "installed elsewhere");
    assert_eq!(look(elsewhere["token"].as_str().unwrap(), "shoreteam/app"), 403);
    assert_eq!(look(without["token"].as_str().unwrap(), "shoreteam/app"), 403);
    assert!(!bench.site.allows(&wide, "shoreteam/app", "push"));
}

#[test]
fn a_classic_token_opens_what_its_owner_and_its_scopes_allow() {
    let bench = Bench::new();
    let (alice, bob) = (bench.personal_token("alice", 0), bench.personal_token("bob", 0));
    let fine_grained = bench.personal_token("alice", 1);

    assert_eq!(bench.look(Some(&alice), "shoreteam/notes").0, 200);
    assert_eq!(bench.look(Some(&bob), "shoreteam/notes").0, 403);
    bench.site.world().package_mut("shoreteam/notes").unwrap().people.push("bob".into());
    assert_eq!(bench.look(Some(&bob), "shoreteam/notes").0, 200);
    assert!(bench.site.allows(&alice, "shoreteam/app", "push"));
    assert!(!bench.site.allows(&bob, "shoreteam/notes", "push"));
    assert!(!bench.site.allows(&alice, "shoreteam/app", "delete"));
    assert_eq!(code(&bench.login(Some(&fine_grained), "")), (403, "DENIED".into()));
    bench.site.world().person_mut("alice").unwrap().tokens[0].expires_at = Some(bench.site.now());
    assert_eq!(bench.look(Some(&alice), "shoreteam/app"), (403, "DENIED".into()));
}

#[test]
fn an_organisation_with_single_sign_on_wants_tokens_authorised() {
    let bench = Bench::new();
    let token = bench.personal_token("alice", 0);
    bench.site.world().organisation_mut("shoreteam").unwrap().has_sso = true;

    assert_eq!(bench.look(Some(&token), "shoreteam/app").0, 403);
    let authorise = |world: &mut World| {
        world.person_mut("alice").unwrap().tokens[0].authorised_for.push("shoreteam".into());
    };
    authorise(&mut bench.site.world());
    assert_eq!(bench.look(Some(&token), "shoreteam/app").0, 200);
}

#[test]
fn a_jobs_token_opens_the_packages_of_its_repository_while_it_runs() {
    let bench = Bench::new();
    let token = bench.site.world().find_job("shoreteam/images").unwrap().token.expose().to_owned();

    assert_eq!(bench.look(Some(&token), "shoreteam/app").0, 200);
    assert_eq!(bench.look(Some(&token), "shoreteam/notes").0, 403);
    assert!(bench.site.allows(&token, "shoreteam/app", "push"));
    assert!(bench.site.allows(&token, "shoreteam/new", "push"));
    assert!(!bench.site.allows(&token, "other/new", "push"));
    bench.site.world().job_mut("shoreteam/images").unwrap().packages = Some("read");
    assert!(!bench.site.allows(&token, "shoreteam/app", "push"));
    bench.site.world().job_mut("shoreteam/images").unwrap().is_over = true;
    assert_eq!(code(&bench.login(Some(&token), "")), (403, "DENIED".into()));
}

#[test]
fn nobody_pulls_what_is_public_and_is_asked_for_a_login_elsewhere() {
    let bench = Bench::new();

    assert_eq!(bench.look(None, "shoreteam/base").0, 200);
    assert_eq!(bench.look(None, "shoreteam/app"), (401, "UNAUTHORIZED".into()));
    assert_eq!(code(&bench.login(Some("x"), "")), (403, "DENIED".into()));
    assert_eq!(bench.site.standing("", &bench.personal_token("bob", 0)), Standing::Unknown);
}

#[test]
fn what_does_not_exist_is_not_found_by_those_who_could_have_it() {
    let bench = Bench::new();
    let token = bench.personal_token("alice", 0);

    assert_eq!(bench.look(Some(&token), "shoreteam/new"), (404, "NAME_UNKNOWN".into()));
    assert_eq!(bench.look(Some(&token), "other/new"), (403, "DENIED".into()));
}

#[test]
fn a_bearer_token_ends_and_the_challenge_says_where_to_get_another() {
    let bench = Bench::new();
    let token = json(&bench.login(None, "repository:shoreteam/base:pull"));
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    let look = || {
        let headers = [("host", "ghcr.io"), ("authorization", bearer.as_str())];
        bench.send(&request("HEAD", "/v2/shoreteam/base/manifests/latest", &headers, ""))
    };

    assert_eq!(look().status, 200);
    bench.site.knobs.clock_ahead_ms(301_000);
    let late = look();
    let challenge =
        r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:shoreteam/base:pull""#;
    assert_eq!((late.status, header(&late, "www-authenticate")), (401, Some(challenge)));
}

#[test]
fn other_methods_services_and_malformed_scopes_are_refused() {
    let bench = Bench::new();
    let status = |method: &str, query: &str| {
        bench.send(&request(method, &format!("/token?{query}"), &[("host", "ghcr.io")], "")).status
    };

    assert_eq!(status("POST", "service=ghcr.io"), 405);
    assert_eq!(status("GET", "service=registry.docker.io"), 400);
    assert_eq!(status("GET", "service=ghcr.io&scope=repository:a"), 400);
    assert_eq!(status("GET", "service=ghcr.io"), 200);
}

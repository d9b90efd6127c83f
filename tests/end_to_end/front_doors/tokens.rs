//! `shorepass token`: whose token, for what, for how long, and where no login is ever shown.

use std::time::Duration;

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::oauth2_registry::{Challenge, OAuth2Registry, Post, User},
};

use super::{PASSWORD, captain, gate::Gate};
use crate::ruled::{self, store};

#[test]
fn the_token_stands_alone_and_counts() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);

    let said = bed.shorepass(&["token", &host, "--repository", "team/app"]);

    let token = said.stdout.strip_suffix('\n').unwrap();
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(registry.owner(token).as_deref(), Some("captain"));
    assert_eq!(rights(token), [("team/app".to_owned(), "pull".to_owned())]);
}

#[test]
fn header_and_json_say_more() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);

    let header = bed.shorepass(&["token", &host, "--header"]).stdout;
    let json = bed.shorepass(&["token", &host, "--json"]).json();

    let token = header.strip_prefix("Authorization: Bearer ").unwrap().trim_end();
    assert_eq!(registry.owner(token).as_deref(), Some("captain"));
    assert_eq!((&json["scheme"], &json["registry"]), (&"Bearer".into(), &host.into()));
    assert!((280..=300).contains(&left(&json["expires_at"])), "{json}");
}

#[test]
fn a_life_that_is_not_told_is_the_token_s_own() {
    let registry = OAuth2Registry::start().unwrap();
    registry.knobs().omit_life(true);
    let (bed, host) = captain(&registry);

    let json = bed.shorepass(&["token", &host, "--json"]).json();

    assert!((40..=60).contains(&left(&json["expires_at"])), "{json}");
}

#[test]
fn what_the_login_does_not_allow_is_named() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);
    let token =
        |access: &str| bed.shorepass(&["token", &host, "--repository", "team/app", "--access", access]);

    let both = token("pull,push");
    store(&bed, &host, "mate", "the mate's");
    let refused = token("pull,push");
    let other = bed.shorepass(&["token", &host, "--repository", "team/other"]);

    assert_eq!(rights(both.stdout.trim_end()), [("team/app".to_owned(), "pull push".to_owned())]);
    assert_problem(&refused, 4, &["does not allow push in `team/app`", "run `shorepass explain "]);
    assert_problem(&other, 4, &["does not allow pull in `team/other`"]);
}

#[test]
fn a_login_that_is_not_taken_is_said_so() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);
    store(&bed, &host, "captain", "canary");

    let said = bed.shorepass(&["token", &host, "--repository", "team/app"]);

    assert_problem(&said, 4, &["gives no token for the login", "and `team/app` (HTTP 401)"]);
}

#[test]
fn a_refresh_token_goes_by_the_form_and_by_the_header_only_where_there_is_none() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);
    let rule = format!("match = \"{host}\"\nkind = \"oauth2-registry\"\nendpoint = \"{}\"", registry.url());
    ruled::configure(&bed, &rule);
    let (username, _) = bed.helper("get", &host).credential();

    let said = bed.shorepass(&["token", &host, "--repository", "team/app"]);
    registry.knobs().post(Post::NotAllowed);
    let refused = bed.shorepass(&["token", &host, "--repository", "team/app"]);

    assert_eq!(username, "<token>");
    assert_eq!(registry.owner(said.stdout.trim_end()).as_deref(), Some("captain"));
    assert_eq!((registry.count("oauth2-registry:Grant"), registry.count("oauth2-registry:Token")), (2, 1));
    assert_problem(&refused, 4, &["(HTTP 401)"]);
}

#[test]
fn a_token_by_the_name_for_nobody_is_tried_as_a_password_too() {
    const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
    let registry = OAuth2Registry::start().unwrap();
    registry.with_world(|world| {
        *world = world.clone().user(User::new(NOBODY, "a scoped token").right("team/app", &["pull"]));
    });
    let (bed, host) = captain(&registry);
    store(&bed, &host, NOBODY, "a scoped token");

    let said = bed.shorepass(&["token", &host, "--repository", "team/app"]);

    assert_eq!(registry.owner(said.stdout.trim_end()).as_deref(), Some(NOBODY));
}

#[test]
fn an_awkward_challenge_is_understood_and_its_query_kept() {
    let registry = OAuth2Registry::start().unwrap();
    registry.knobs().challenge(Challenge::Awkward);
    let (bed, host) = captain(&registry);

    let said = bed.shorepass(&["token", &host, "--repository", "team/app"]);

    assert_eq!(registry.owner(said.stdout.trim_end()).as_deref(), Some("captain"));
}

#[test]
fn a_namespace_s_login_is_taken_for_its_repositories() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);
    store(&bed, &format!("{host}/team"), "mate", "the mate's");
    let owner = |words: &[&str]| registry.owner(bed.shorepass(words).stdout.trim_end());

    assert_eq!(owner(&["token", &host, "--repository", "team/app"]).as_deref(), Some("mate"));
    assert_eq!(owner(&["token", &host]).as_deref(), Some("captain"));
}

#[test]
fn no_login_goes_to_another_host_unless_the_rule_names_it() {
    let service = OAuth2Registry::start().unwrap();
    let realm_host = service.url().replace("http://", "");
    let challenge = format!("Bearer realm=\"{}\",service=\"{}\"", service.realm(), service.service());
    let gate = Gate::start(401, Some(&challenge));
    let host = gate.host();
    let bed = of(&gate);

    let foreign = bed.shorepass(&["token", &host]);
    let rule = format!("match = \"{host}\"\nkind = \"stored\"\nrealm_host = \"{realm_host}\"");
    ruled::configure(&bed, &rule);
    let named = bed.shorepass(&["token", &host]);

    let wanted = [
        &format!("sends its clients to another host for tokens, `{realm_host}`; nothing was sent there"),
        &format!("`realm_host = \"{realm_host}\"`"),
    ];
    assert_problem(&foreign, 6, &wanted.map(AsRef::as_ref));
    assert_eq!(service.owner(named.stdout.trim_end()).as_deref(), Some("captain"));
    assert_eq!(gate.shown(), ["GET /v2/ without a login"; 2]);
}

#[test]
fn a_registry_that_is_odd_sees_no_login() {
    for (status, challenge, words) in [
        (401, Some("Bearer realm=\"https://auth.docker.io/token\""), "to another host for tokens"),
        (401, Some("Bearer realm=\"http://r.example/token\""), "a token service that no login may go to"),
        (401, Some("Bearer realm=\"https://r.example@127.0.0.1/token\""), "that no login may go to"),
        (401, Some("Negotiate"), "does not answer as a registry with logins does (HTTP 401)"),
        (401, None, "does not answer as a registry with logins does (HTTP 401)"),
        (302, None, "does not answer as a registry with logins does (HTTP 302)"),
        (200, None, "asks for no login, so there is no token for it"),
    ] {
        let gate = Gate::start(status, challenge);
        let bed = of(&gate);

        assert_problem(&bed.shorepass(&["token", &gate.host()]), 6, &[words]);
        assert_eq!(gate.shown(), ["GET /v2/ without a login"], "{challenge:?}");
    }
}

#[test]
fn a_registry_without_tokens_takes_the_header_of_a_login() {
    let gate = Gate::start(401, Some("Basic realm=\"r\""));
    let bed = of(&gate);

    let alone = bed.shorepass(&["token", &gate.host()]);
    let header = bed.shorepass(&["token", &gate.host(), "--header"]);

    assert_problem(&alone, 6, &["takes the login itself", "--header`"]);
    assert_eq!(header.stdout, "Authorization: Basic Y2FwdGFpbjp0aGUgY2FwdGFpbidzOiAxLDI=\n");
}

#[test]
fn what_nobody_has_a_login_for_is_not_found() {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");

    let said = bed.shorepass(&["token", "registry.example"]);

    let next = "to log in, run `docker login HOST` or `shorepass vault put HOST --username NAME`";
    assert_problem(&said, 3, &["no token for `registry.example`", "no login is stored for it", next]);
}

#[test]
fn what_is_no_repository_is_refused_before_anybody_is_asked() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);

    for name in ["team/app:1", "team app", "../x", "team/app:pull,push repository:other"] {
        let said = bed.shorepass(&["token", &host, "--repository", name]);
        assert_problem(&said, 6, &["that is no repository's name"]);
    }
    assert_eq!(registry.counts().len(), 0);
}

/// The captain of a gate.
fn of(gate: &Gate) -> Bed {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, &gate.host(), "captain", PASSWORD);
    bed
}

/// Asserts that a command has failed with these words, and gave nothing away.
fn assert_problem(said: &Said, code: i32, parts: &[&str]) {
    assert_eq!((said.code, said.stdout.as_str()), (code, ""), "{said:?}");
    for part in parts {
        assert!(said.stderr.contains(part), "`{part}` is missing: {}", said.stderr);
    }
    assert!(!said.stderr.contains("canary") && !said.stderr.contains("eyJ"), "{}", said.stderr);
}

/// Repositories and actions of a token.
fn rights(token: &str) -> Vec<(String, String)> {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    let right = |right: &serde_json::Value| {
        let actions = right["actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap());
        (right["name"].as_str().unwrap().to_owned(), actions.collect::<Vec<_>>().join(" "))
    };
    claims["access"].as_array().unwrap().iter().map(right).collect()
}

/// Seconds until then.
fn left(at: &serde_json::Value) -> u64 {
    let ends = humantime::parse_rfc3339(at.as_str().unwrap()).unwrap();
    ends.duration_since(SystemClock::new().now().wall).unwrap_or(Duration::ZERO).as_secs()
}

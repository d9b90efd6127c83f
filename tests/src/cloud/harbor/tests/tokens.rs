//! What a login is good for: the token service, the challenge, and a registry's questions.

use std::time::Duration;

use super::*;
use crate::{
    cloud::{Fault, Times, issuer::claims_unverified},
    registry::admission::Standing,
};

#[test]
fn a_robots_token_holds_what_the_robot_may_do() {
    let bench = Bench::new();
    let (name, secret) = bench.robot();

    let reply = ask(&bench, Some((&name, &secret)), "repository:team/app:pull,push");

    let body = body(&reply);
    let claims = claims_unverified(body["token"].as_str().unwrap()).unwrap();
    let access = json!([{ "type": "repository", "name": "team/app", "actions": ["pull"] }]);
    assert_eq!(
        (reply.status, &body["expires_in"], &body["token"]),
        (200, &json!(1800), &body["access_token"])
    );
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!(name), &json!("harbor-registry")));
    assert_eq!(claims["access"], access);
}

#[test]
fn only_get_and_only_the_registrys_service_are_answered() {
    let bench = Bench::new();
    let (name, secret) = bench.robot();
    let login = Some((name.as_str(), secret.as_str()));

    assert_eq!(bench.send("POST", "/service/token", login, &json!(null)).status, 405);
    assert_eq!(bench.send("GET", "/service/token?service=other", login, &json!(null)).status, 400);
    assert_eq!(bench.send("GET", "/service/token?service=harbor-registry", login, &json!(null)).status, 200);
}

#[test]
fn a_stranger_gets_what_is_public_and_nothing_without_a_scope() {
    let bench = Bench::new();
    let actions = |scope: &str, login| {
        let token = body(&ask(&bench, login, scope))["token"].as_str().unwrap().to_owned();
        claims_unverified(&token).unwrap()["access"].clone()
    };

    assert_eq!(actions("repository:library/a:pull,push", None)[0]["actions"], json!(["pull"]));
    assert_eq!(actions("repository:team/a:pull", None), json!([]));
    assert_eq!(actions("repository:team/a:pull", Some(("robot$team+x", "wrong"))), json!([]));
    assert_eq!(refusal(&ask(&bench, Some(("robot$team+x", "wrong")), "")), refused(401, "UNAUTHORIZED"));
}

#[test]
fn a_disabled_or_expired_robot_is_refused_everywhere() {
    let bench = Bench::new();
    let (name, secret) = bench.robot();
    let book = admission::of(bench.site.clone());
    let status = || ask(&bench, Some((&name, &secret)), "").status;
    let before = (status(), book.standing(&name, &secret));

    bench.site.world().robot_mut(&name).unwrap().disable(true);
    let disabled = (status(), book.standing(&name, &secret), book.allows(&secret, "team/app", "pull"));
    bench.site.world().robot_mut(&name).unwrap().disable(false);
    bench.site.knobs.clock_ahead_ms(25 * 3600 * 1000);

    assert_eq!(before, (200, Standing::Good));
    assert_eq!(disabled, (401, Standing::Unknown, false));
    assert_eq!((status(), book.standing(&name, &secret)), (401, Standing::Expired));
    assert!(!book.allows(&secret, "team/app", "pull"));
}

#[test]
fn a_robot_opens_its_project_and_no_other() {
    let bench = Bench::new();
    let (_, secret) = bench.robot();
    let book = admission::of(bench.site.clone());

    assert!(book.allows(&secret, "team/app", "pull") && !book.allows(&secret, "team/app", "push"));
    assert!(!book.allows(&secret, "other/app", "pull") && !book.allows("wrong", "team/app", "pull"));
}

#[test]
fn the_challenge_leads_to_the_token_service() {
    let bench = Bench::new();
    let (name, secret) = bench.robot();
    let token = body(&ask(&bench, Some((&name, &secret)), ""))["token"].as_str().unwrap().to_owned();
    let with_token = request("GET", "/v2/", &[("authorization", &format!("Bearer {token}"))], "");

    let reply = bench.send("GET", "/v2/", None, &json!(null));

    let challenge = "Bearer realm=\"https://harbor.example/service/token\",service=\"harbor-registry\"";
    assert!(reply.headers.contains(&("www-authenticate", challenge.to_owned())));
    assert_eq!((reply.status, bench.front.answer(&with_token).status), (401, 200));
}

#[test]
fn a_prefix_of_ones_own_is_part_of_every_robots_name() {
    let bench = Bench::of(World::standard().robot_prefix("bot_"));

    let (name, secret) = bench.robot();

    assert_eq!(name, "bot_team+pull");
    assert_eq!(ask(&bench, Some((&name, &secret)), "").status, 200);
    assert_eq!(ask(&bench, Some(("robot$team+pull", &secret)), "").status, 401);
}

#[test]
fn people_of_an_oidc_provider_log_in_with_their_cli_secret() {
    let bench = Bench::of(World::standard().oidc());
    let id = bench.site.world().user("lead").unwrap().id();
    let path = format!("/api/v2.0/users/{id}/cli_secret");
    let wanted = json!({ "secret": "Made-for-docker-1" });

    let by_password = ask(&bench, Some(("lead", "Leads-team-only-1")), "").status;
    let set = bench.as_admin("PUT", &path, &wanted).status;
    let by_secret = ask(&bench, Some(("lead", "Made-for-docker-1")), "").status;

    assert_eq!((by_password, set, by_secret), (401, 200, 200));
    assert_eq!(Bench::new().as_admin("PUT", &path, &wanted).status, 412);
}

#[test]
fn lives_and_faults_are_as_they_are_set() {
    let bench = Bench::new();
    bench.site.knobs.robot_life(Some(Duration::from_secs(60)));
    bench.site.knobs.token_life(Duration::from_secs(120));
    let (name, secret) = bench.robot();
    let life = body(&ask(&bench, Some((&name, &secret)), ""))["expires_in"].clone();

    bench.site.knobs.clock_ahead_ms(61_000);
    let late = ask(&bench, Some((&name, &secret)), "").status;
    bench.site.knobs.fail(Service::Api, Fault::Busy(Duration::from_secs(3)), Times::Next(1));
    let busy = bench.as_admin("GET", "/api/v2.0/ping", &json!(null)).status;
    let well = bench.as_admin("GET", "/api/v2.0/ping", &json!(null)).body;

    assert_eq!((life, late, busy, well), (json!(120), 401, 503, b"Pong".to_vec()));
}

#[test]
fn only_those_who_are_known_see_the_version_and_the_catalogue() {
    let bench = Bench::new();
    let permissions = |reply: &Reply| body(reply)["project"].as_array().map(Vec::len);

    let stranger = body(&bench.send("GET", "/api/v2.0/systeminfo", None, &json!(null)));
    let admin = body(&bench.as_admin("GET", "/api/v2.0/systeminfo", &json!(null)));

    assert!(stranger.get("harbor_version").is_none() && admin["harbor_version"].is_string());
    assert!(permissions(&bench.as_lead("GET", "/api/v2.0/permissions", &json!(null))).unwrap() > 10);
    assert_eq!(bench.send("GET", "/api/v2.0/permissions", None, &json!(null)).status, 401);
}

fn ask(bench: &Bench, login: Option<(&str, &str)>, scope: &str) -> Reply {
    let target = format!("/service/token?service=harbor-registry&scope={scope}");
    bench.send("GET", &target, login, &json!(null))
}

//! Who may make, see, change and delete robots, and which.

use super::*;

#[test]
fn a_project_robot_has_the_projects_name_in_its_own_and_an_end_in_days() {
    let bench = Bench::new();

    let reply = bench.as_admin("POST", ROBOTS, &order("ci", "team", &["pull", "push"]));

    let made = body(&reply);
    let seen = body(&bench.as_admin("GET", &format!("{ROBOTS}/{}", made["id"]), &json!(null)));
    let created = humantime::parse_rfc3339(made["creation_time"].as_str().unwrap()).unwrap();
    let end = created.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 24 * 3600;
    assert_eq!(
        (reply.status, &made["name"], &made["expires_at"]),
        (201, &json!("robot$team+ci"), &json!(end))
    );
    assert!(reply.headers.contains(&("location", format!("{ROBOTS}/{}", made["id"]))));
    assert_eq!((&seen["name"], &seen["level"]), (&made["name"], &json!("project")));
    assert!(seen.get("secret").is_none(), "a secret is shown once");
    assert!(super::super::robots::is_strong(made["secret"].as_str().unwrap()));
}

#[test]
fn what_harbor_does_not_take_is_a_bad_request() {
    let bench = Bench::new();
    let change = |key: &str, value: Value| {
        let mut order = order("ci", "team", &["pull"]);
        order[key] = value;
        refusal(&bench.as_admin("POST", ROBOTS, &order))
    };
    let access = |access: Value| json!([{ "kind": "project", "namespace": "team", "access": access }]);
    let twice = json!([access(json!([]))[0], access(json!([]))[0]]);

    for (key, value) in [
        ("name", json!("CI")),
        ("name", json!("team+ci")),
        ("name", json!("")),
        ("duration", json!(0)),
        ("duration", json!(-2)),
        ("duration", json!(i32::MAX)),
        ("level", json!("galaxy")),
        ("permissions", json!([])),
        ("permissions", access(json!([]))),
        ("permissions", twice),
        ("permissions", access(json!([{ "resource": "repository", "action": "dance" }]))),
        ("permissions", access(json!([{ "resource": "catalog", "action": "read" }]))),
    ] {
        assert_eq!(change(key, value.clone()), refused(400, "BAD_REQUEST"), "{key}: {value}");
    }
    assert_eq!(change("duration", json!("1")).0, 422);
    assert_eq!(bench.site.world().robots().count(), 1);
}

#[test]
fn a_name_is_given_once_in_each_project() {
    let bench = Bench::new();
    bench.robot();

    let again = bench.as_admin("POST", ROBOTS, &order("pull", "team", &["pull"]));
    let elsewhere = bench.as_admin("POST", ROBOTS, &order("pull", "other", &["pull"]));

    assert_eq!((refusal(&again), elsewhere.status), (refused(409, "CONFLICT"), 201));
}

#[test]
fn a_project_that_is_not_there_is_not_found_for_the_administrator() {
    let bench = Bench::new();
    let mut system = order("ci", "nowhere", &["pull"]);
    system["level"] = "system".into();

    for order in [system, order("ci", "nowhere", &["pull"])] {
        assert_eq!(refusal(&bench.as_admin("POST", ROBOTS, &order)), refused(404, "NOT_FOUND"));
        assert_eq!(refusal(&bench.as_lead("POST", ROBOTS, &order)), refused(403, "FORBIDDEN"));
    }
}

#[test]
fn strangers_and_other_projects_administrators_make_no_robots() {
    let bench = Bench::new();
    let pull = |project| order("ci", project, &["pull"]);

    assert_eq!(refusal(&bench.send("POST", ROBOTS, None, &pull("team"))), refused(401, "UNAUTHORIZED"));
    let wrong = Some(("admin", "wrong"));
    assert_eq!(refusal(&bench.send("POST", ROBOTS, wrong, &pull("team"))), refused(401, "UNAUTHORIZED"));
    assert_eq!(bench.as_lead("POST", ROBOTS, &pull("team")).status, 201);
    assert_eq!(refusal(&bench.as_lead("POST", ROBOTS, &pull("other"))), refused(403, "FORBIDDEN"));
}

#[test]
fn a_robot_makes_robots_only_within_its_own_rights() {
    let bench = Bench::new();

    let within = bench.as_maker("POST", ROBOTS, &order("a", "team", &["pull"]));
    let wider = bench.as_maker("POST", ROBOTS, &order("b", "team", &["pull", "delete"]));
    let elsewhere = bench.as_maker("POST", ROBOTS, &order("c", "other", &["pull"]));

    assert_eq!(within.status, 201);
    assert_eq!(refusal(&wider), refused(403, "DENIED"));
    assert_eq!(refusal(&elsewhere), refused(403, "FORBIDDEN"));
}

#[test]
fn a_given_secret_does_not_come_back_and_an_empty_one_is_replaced() {
    let bench = Bench::new();
    let (name, first) = bench.robot();
    let id = bench.site.world().robot(&name).unwrap().id();
    let patch =
        |secret: &str| bench.as_admin("PATCH", &format!("{ROBOTS}/{id}"), &json!({ "secret": secret }));
    let holds = |secret: &str| bench.site.world().robot(&name).unwrap().secret().expose() == secret;

    let given = body(&patch("Given-by-us-1"));
    let held = holds("Given-by-us-1");
    let made = body(&patch(""));

    assert_eq!((given, held), (json!({ "secret": "" }), true));
    assert!(holds(made["secret"].as_str().unwrap()) && !holds(&first));
    for weak in ["Short1", "no-upper-1", "NO-LOWER-1", "No-digit-at-all"] {
        assert_eq!(refusal(&patch(weak)), refused(400, "BAD_REQUEST"), "{weak}");
    }
    assert_eq!(refusal(&bench.as_maker("PATCH", &format!("{ROBOTS}/{id}"), &json!({}))).0, 403);
}

#[test]
fn robots_are_found_by_project_and_name_in_pages() {
    let bench = Bench::new();
    for name in ["a-1", "a-2", "b-1"] {
        bench.as_lead("POST", ROBOTS, &order(name, "team", &["pull"]));
    }
    let id = body(&bench.as_lead("GET", "/api/v2.0/projects/team", &json!(null)))["project_id"].clone();
    let list = |rest: &str| {
        let target = format!("{ROBOTS}?q=Level%3Dproject%2CProjectID%3D{id}{rest}");
        let reply = bench.as_lead("GET", &target, &json!(null));
        let total = reply.headers.iter().find(|(name, _)| *name == "x-total-count");
        (body(&reply).as_array().unwrap().len(), total.unwrap().1.clone())
    };

    assert_eq!(list(""), (3, "3".into()));
    assert_eq!(list("%2CName%3D~%2Ba-"), (2, "2".into()));
    assert_eq!(list("%2CName%3Dteam%2Bb-1"), (1, "1".into()));
    assert_eq!(list("&page=2&page_size=2"), (1, "3".into()));
    let systems = bench.as_admin("GET", ROBOTS, &json!(null));
    assert_eq!(body(&systems).as_array().unwrap().len(), 1, "without a level the system's are listed");
    assert_eq!(bench.as_lead("GET", ROBOTS, &json!(null)).status, 403);
    assert_eq!(bench.as_lead("GET", &format!("{ROBOTS}?q=Level%3Dproject"), &json!(null)).status, 400);
}

#[test]
fn a_deleted_robot_is_a_stranger() {
    let bench = Bench::new();
    let (name, secret) = bench.robot();
    let id = bench.site.world().robot(&name).unwrap().id();
    let path = format!("{ROBOTS}/{id}");

    assert_eq!(bench.send("DELETE", &path, Some((&name, &secret)), &json!(null)).status, 403);
    assert_eq!(bench.as_lead("DELETE", &path, &json!(null)).status, 200);
    assert_eq!(refusal(&bench.as_lead("DELETE", &path, &json!(null))), refused(404, "NOT_FOUND"));
    assert_eq!(bench.send("GET", "/v2/", Some((&name, &secret)), &json!(null)).status, 401);
}

#[test]
fn a_lost_reply_leaves_a_robot_behind() {
    let bench = Bench::new();
    bench.site.knobs.lose_replies(1);

    let lost = bench.as_admin("POST", ROBOTS, &order("ci", "team", &["pull"]));
    let again = bench.as_admin("POST", ROBOTS, &order("ci", "team", &["pull"]));

    assert_eq!((lost.status, again.status), (0, 409));
}

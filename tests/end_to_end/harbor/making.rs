//! What robots are made for, and how they follow one another.

use std::{fs, time::Duration};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::{
        harbor::{Harbor, Robot, World},
        stand::Standard,
    },
};

use super::{ADMIN, HOST, MADE, PULL, SHORT, bed, configure, get, noted, puller, put, robots, stop};

#[test]
fn a_robot_pulls_from_the_projects_of_the_rule_and_does_nothing_else() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);

    let (user, secret) = get(&bed).credential();
    let again = get(&bed).credential();

    assert!(user.starts_with("robot$team+shorepass-"), "{user}");
    assert_eq!((user.clone(), secret.clone()), again);
    assert_eq!(harbor.count(MADE), 1);
    let may = |project: &str, action: &str| harbor.allows(&user, &secret, project, action);
    assert!(may("team", "pull") && !may("team", "push") && !may("other", "pull"));
    let rights = ["repository:pull", "artifact:read", "tag:list"];
    assert_eq!(robot(&harbor, &user, rights_of), rights);
    let record = &noted(&bed)[0];
    assert_eq!(record["end"].as_u64().unwrap() - record["begun"].as_u64().unwrap(), 8 * 3600);
}

#[test]
fn who_may_push_may_pull_and_several_projects_make_a_robot_of_the_system() {
    let harbor = Harbor::start().unwrap();
    for access in ["access = \"push\"", ""] {
        let bed = bed(&harbor, ADMIN, &format!("repositories = [\"team/app\", \"other/*\"]\n{access}"));

        let (user, secret) = get(&bed).credential();

        assert!(user.starts_with("robot$shorepass-"), "{user}");
        for project in ["team", "other"] {
            for action in ["pull", "push"] {
                assert!(harbor.allows(&user, &secret, project, action), "{project} {action}");
            }
        }
        assert!(!harbor.allows(&user, &secret, "library", "push"));
    }
}

#[test]
fn a_namespace_of_the_rule_is_a_project_and_a_prefix_of_harbor_s_stays() {
    let harbor = Harbor::builder().world(World::standard().robot_prefix("bot-")).start().unwrap();
    let bed = Bed::new();
    configure(&bed, &harbor, "access = \"pull\"");
    let config = fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap();
    bed.configure(&config.replace("\"harbor.example\"", "\"harbor.example/team\""));
    put(&bed, ADMIN);

    let (user, secret) = bed.helper("get", "harbor.example/team/app").credential();

    assert!(user.starts_with("bot-team+shorepass-"), "{user}");
    assert!(harbor.allows(&user, &secret, "team", "pull"));
}

#[test]
fn a_robot_that_makes_robots_gives_only_what_it_has() {
    let harbor = Harbor::start().unwrap();
    let secret = robot(&harbor, "robot$maker", |robot| robot.secret().expose().to_owned());
    let bed = bed(&harbor, ("robot$maker", &secret), "repositories = [\"team/*\"]");

    let (user, secret) = get(&bed).credential();

    assert!(harbor.allows(&user, &secret, "team", "push"));
    assert_eq!(robot(&harbor, &user, rights_of), ["repository:pull", "repository:push"]);
    stop(&bed);
    assert_eq!(robots(&harbor), Vec::<String>::new());
}

#[test]
fn a_robot_is_followed_by_another_before_it_ends_and_is_deleted_after() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(SHORT));
    let bed = puller(&harbor);

    let (first, _) = get(&bed).credential();
    let is_followed = wait_until(|| get(&bed).credential().0 != first);
    let both = robots(&harbor).len();
    let is_deleted = wait_until(|| !robots(&harbor).contains(&first));

    assert!(is_followed && both >= 2, "{both} at once");
    assert!(is_deleted, "the first is still there");
    let (user, secret) = get(&bed).credential();
    assert!(harbor.allows(&user, &secret, "team", "pull"));
}

#[test]
fn harbor_s_own_end_is_a_backstop_of_whole_days() {
    let harbor = Harbor::start().unwrap();
    for (life, days) in [("10m", 1), ("8h", 1), ("24h", 2), ("30d", 31)] {
        let bed = bed(&harbor, ADMIN, &format!("{PULL}\nrobot_life = \"{life}\""));

        let (user, _) = get(&bed).credential();

        let end = robot(&harbor, &user, |robot| robot.expires_at().unwrap());
        let left = end.duration_since(harbor.audit().last().unwrap().at).unwrap();
        let apart = Duration::from_secs(days * 86_400).abs_diff(left);
        assert!(apart < Duration::from_secs(120), "{life}: {left:?}");
    }
}

#[test]
fn explain_says_what_a_robot_is_good_for() {
    let harbor = Harbor::start().unwrap();
    let bed = bed(&harbor, ADMIN, "repositories = [\"team/app\"]\naccess = \"pull\"");

    let explained = bed.shorepass(&["explain", "--json", HOST]).json();

    let notes = explained["notes"].to_string();
    assert!(notes.contains("pulls from project `team`") && notes.contains("every repository"), "{notes}");
    assert_eq!(explained["target"]["robots"]["projects"][0], "team");
    assert_eq!(explained["login"], "name:harbor-maker");
    assert_eq!(harbor.count(MADE), 0);
}

fn rights_of(robot: &Robot) -> Vec<String> {
    let access = robot.permissions().iter().flat_map(|permission| &permission.access);
    access.map(|right| format!("{}:{}", right.resource, right.action)).collect()
}

fn robot<T>(harbor: &Harbor, name: &str, look: impl FnOnce(&Robot) -> T) -> T {
    harbor.with_world(|world| look(world.robot(name).unwrap()))
}

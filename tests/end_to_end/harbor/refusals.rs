//! What Harbor refuses, and what a rule cannot say: in words, and without a robot.

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::{
        Fault, Times,
        harbor::{Harbor, Service, World},
        stand::Standard,
    },
};

use super::{ADMIN, HOST, MADE, PULL, bed, comes_to_nothing, configure, get, noted, puller, robots, stop};

#[test]
fn whoever_may_not_make_robots_hears_where_and_what_is_missing() {
    let harbor = Harbor::start().unwrap();
    let maker = harbor.with_world(|world| world.robot("robot$maker").unwrap().secret().expose().to_owned());
    let one = |project: &str| format!("repositories = [\"{project}/*\"]");
    let both = "repositories = [\"team/*\", \"other/*\"]";
    for (login, keys, said) in [
        (("admin", "wrong"), one("team"), "refused the login that makes robots"),
        (("nobody", "wrong"), one("team"), "shorepass vault put harbor-maker"),
        (("lead", LEAD), one("other"), "robots of project `other`: it lacks `robot:create`"),
        (("lead", LEAD), both.into(), "robots of the system, for the projects `other` and `team`"),
        (("robot$maker", &maker), both.into(), "none for the projects `other` and `team`"),
        (ADMIN, one("nowhere"), "knows nothing of project `nowhere`"),
    ] {
        let bed = bed(&harbor, login, &keys);

        let answer = get(&bed);

        assert_eq!(answer.code, 1, "{said}");
        assert!(answer.stderr.contains(said), "{said}: {answer:?}");
        assert!(!answer.stdout.contains(login.1) && !answer.stderr.contains(login.1));
        assert_eq!(noted(&bed).len(), 0, "{said}");
    }
    assert_eq!(robots(&harbor), Vec::<String>::new());
}

#[test]
fn a_login_that_is_not_stored_is_asked_for() {
    let harbor = Harbor::start().unwrap();
    let bed = Bed::new();
    configure(&bed, &harbor, PULL);

    let answer = get(&bed);

    assert!(answer.stderr.contains("no login is stored"), "{answer:?}");
    assert_eq!(harbor.counts().len(), 0);
}

#[test]
fn what_is_no_harbor_is_said_and_gets_no_robot() {
    let harbor = Harbor::start().unwrap();
    for (fault, said) in [
        (Fault::Garbage, "makes no sense"),
        (Fault::HangUp, "could not reach"),
        (Fault::Huge(2 << 20), "makes no sense"),
    ] {
        let bed = puller(&harbor);
        harbor.knobs().fail(Service::Api, fault.clone(), Times::UntilHealed);

        let answer = get(&bed);
        harbor.knobs().heal(Service::Api);

        assert_eq!(answer.code, 1, "{fault:?}");
        assert!(answer.stderr.contains(said), "{fault:?}: {answer:?}");
        assert_eq!((harbor.count(MADE), noted(&bed).len()), (0, 0), "{fault:?}");
    }
}

#[test]
fn an_answer_without_sense_leaves_no_robot() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    harbor.knobs().fail(Service::Robots, Fault::Garbage, Times::Next(1));

    let answer = get(&bed);

    assert!(answer.stderr.contains("makes no sense"), "{answer:?}");
    assert!(wait_until(|| harbor.count("harbor:ListRobots") > 0), "nobody has looked for it");
    assert_eq!(robots(&harbor), Vec::<String>::new());
}

#[test]
fn a_prefix_that_no_client_can_send_is_said_and_its_robot_deleted() {
    let harbor = Harbor::builder().world(World::standard().robot_prefix("robot:")).start().unwrap();
    let bed = puller(&harbor);

    let answer = get(&bed);

    assert!(answer.stderr.contains("puts a `:` into the names of robots"), "{answer:?}");
    assert!(comes_to_nothing(&harbor));
}

#[test]
fn without_a_place_for_notes_no_robot_is_made() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    stop(&bed);
    bed.write("home/.local/state/shorepass/robots", "in the way");

    let answer = get(&bed);

    assert!(answer.stderr.contains("cannot be noted down"), "{answer:?}");
    assert_eq!(harbor.count(MADE), 0);
}

#[test]
fn rules_that_cannot_work_are_faults_of_the_configuration() {
    for (keys, said) in [
        ("robots = true", "`robots` needs to know the projects"),
        ("robot_life = \"8h\"", "`robot_life` needs `robots = true`"),
        ("endpoint = \"https://api.example\"", "`endpoint` needs `robots = true`"),
        ("robots = true\nrobot_life = \"5m\"\nrepositories = [\"a/*\"]", "from `10m` to `30d`"),
        ("robots = true\nendpoint = \"http://api.example\"\nrepositories = [\"a/*\"]", "`https://` URL"),
    ] {
        let bed = Bed::new();
        bed.configure(&format!("[[registry]]\nmatch = \"{HOST}\"\nkind = \"harbor\"\n{keys}\n"));

        let checked = bed.shorepass(&["config", "check"]);

        assert_ne!(checked.code, 0, "{keys}");
        assert!(format!("{}{}", checked.stdout, checked.stderr).contains(said), "{keys}: {checked:?}");
    }
}

const LEAD: &str = "Leads-team-only-1";

//! What becomes of robots when the broker leaves in order.

use std::{fs, io::Write, time::Duration};

use shorepass_tests::{
    bed::wait_until,
    cloud::{
        Fault, Times,
        harbor::{Harbor, Service},
    },
};

use super::{HOST, LEDGERS, MADE, comes_to_nothing, get, noted, puller, robots, start, stop};
use crate::{
    LONG,
    broker_life::processes::{in_bed, is_alive, signal},
};

#[test]
fn whichever_way_the_broker_is_told_to_leave_its_robots_go_with_it() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    for way in ["stop", "TERM", "INT"] {
        let _ = get(&bed).credential();
        let broker = bed.broker().unwrap();
        assert_eq!(robots(&harbor).len(), 1, "{way}");

        if way == "stop" {
            stop(&bed);
        } else {
            signal(broker, way);
        }

        assert!(wait_until(|| !is_alive(broker)), "{way}");
        assert_eq!(robots(&harbor), Vec::<String>::new(), "{way}");
        assert!(!bed.path(LEDGERS).exists(), "{way}");
    }
}

#[test]
fn a_broker_that_leaves_in_the_middle_of_a_making_deletes_what_came_of_it() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let broker = start(&bed);
    harbor.knobs().latency(Service::Robots, LONG);
    // Nobody waits for this one: its client has gone.
    let mut gone = bed.start("docker-credential-shorepass", &["get"], &[]);
    gone.stdin.take().unwrap().write_all(HOST.as_bytes()).unwrap();
    assert!(harbor.wait_for(MADE, 1, LONG));
    let _ = gone.kill();
    let _ = gone.wait();

    harbor.knobs().heal(Service::Robots);
    signal(broker, "TERM");

    assert!(wait_until(|| !is_alive(broker)));
    assert_eq!(robots(&harbor), Vec::<String>::new());
}

#[test]
fn what_cannot_be_deleted_while_harbor_is_down_is_left_to_the_next_broker() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(Duration::from_secs(8)));
    let bed = puller(&harbor);
    let (user, _) = get(&bed).credential();
    harbor.knobs().fail(Service::Robots, Fault::Busy(Duration::from_secs(60)), Times::UntilHealed);

    stop(&bed);
    let left = (robots(&harbor), noted(&bed).len());
    harbor.knobs().heal(Service::Robots);
    start(&bed);

    assert_eq!(left, (vec![user], 1));
    assert!(comes_to_nothing(&harbor));
    assert!(wait_until(|| noted(&bed).is_empty()));
}

#[test]
fn a_harbor_that_does_not_answer_does_not_keep_the_broker_from_leaving() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let _ = get(&bed).credential();
    let broker = bed.broker().unwrap();
    harbor.knobs().latency(Service::Robots, Duration::from_secs(120));

    signal(broker, "TERM");

    assert!(wait_until(|| !is_alive(broker)));
    assert_eq!(noted(&bed).len(), 1);
}

#[test]
fn an_idle_broker_deletes_its_robots_before_it_leaves() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let config = fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap();
    bed.configure(&format!("[broker]\nidle_exit = \"2s\"\nkeep_warm = \"1s\"\n\n{config}"));
    stop(&bed);

    let _ = get(&bed).credential();
    let made = robots(&harbor).len();

    assert_eq!(made, 1);
    assert!(wait_until(|| in_bed(&bed).is_empty()));
    assert_eq!(robots(&harbor), Vec::<String>::new());
}

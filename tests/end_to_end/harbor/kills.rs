//! The broker killed at every step: whoever comes after it deletes what nobody can use.

use std::{fs, io::Write, time::Duration};

use shorepass_tests::{
    bed::{finish, wait_until},
    cloud::{
        Fault, Times,
        harbor::{Harbor, Service},
    },
};

use super::{
    HOST, LEDGERS, MADE, SHORT, comes_to_nothing, get, kill, ledgers, noted, puller, robots, start, stop,
};
use crate::{
    LONG,
    broker_life::processes::{children, read, signal},
};

#[test]
fn killed_before_harbor_has_answered_the_next_one_deletes_the_robot_at_once() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    start(&bed);
    harbor.knobs().latency(Service::Robots, LONG);
    let mut waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    waiting.stdin.take().unwrap().write_all(HOST.as_bytes()).unwrap();
    assert!(harbor.wait_for(MADE, 1, LONG));
    assert_eq!((robots(&harbor).len(), noted(&bed).len()), (1, 1));

    // Otherwise it would start another broker and ask that.
    let _ = waiting.kill();
    let _ = waiting.wait();
    kill(&bed);
    harbor.knobs().heal(Service::Robots);
    start(&bed);

    assert!(comes_to_nothing(&harbor), "{:?}", robots(&harbor));
}

#[test]
fn killed_before_anybody_was_asked_nothing_is_deleted_that_is_not_there() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let _ = get(&bed).credential();
    kill(&bed);
    // As it stands before the robot was made.
    let ledger = &ledgers(&bed)[0];
    let text = fs::read_to_string(ledger).unwrap();
    let (name, begun) = (noted(&bed)[0]["name"].to_string(), noted(&bed)[0]["begun"].as_u64().unwrap());
    let text = text.replace(&name, "\"shorepass-of-nobody\"").replace(",\"id\":", ",\"no\":");
    // So long ago that it would be there by now.
    fs::write(ledger, text.replace(&begun.to_string(), &(begun - 61).to_string())).unwrap();

    start(&bed);

    assert!(wait_until(|| harbor.count("harbor:ListRobots") > 0));
    assert!(wait_until(|| noted(&bed).is_empty()));
    assert_eq!((robots(&harbor).len(), harbor.count("harbor:DeleteRobot")), (1, 0));
}

#[test]
fn killed_after_it_was_handed_out_a_robot_lives_to_its_end_and_no_longer() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(Duration::from_secs(4)));
    let bed = puller(&harbor);
    let (user, secret) = get(&bed).credential();

    kill(&bed);
    start(&bed);
    assert!(wait_until(|| ledgers(&bed).len() == 1 && harbor.count("harbor:GetRobot") == 0));
    let is_good = harbor.allows(&user, &secret, "team", "pull");

    assert!(is_good, "deleted before its end");
    assert!(comes_to_nothing(&harbor));
    assert!(wait_until(|| noted(&bed).is_empty()));
}

#[test]
fn an_answer_that_was_lost_costs_nobody_a_robot() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    harbor.knobs().lose_replies(1);

    let (user, secret) = get(&bed).credential();

    assert!(harbor.allows(&user, &secret, "team", "pull"));
    assert_eq!(robots(&harbor), [user]);
    assert_eq!(harbor.count(MADE), 2);
}

#[test]
fn when_every_answer_is_lost_every_robot_is_deleted() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    harbor.knobs().lose_replies(2);

    let said = get(&bed);

    assert_eq!(said.code, 1, "{said:?}");
    assert!(comes_to_nothing(&harbor), "{:?}", robots(&harbor));
    assert_eq!(harbor.count(MADE), 2);
}

#[test]
fn a_worker_killed_in_the_middle_leaves_nothing() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let broker = start(&bed);
    harbor.knobs().latency(Service::Robots, LONG);
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(|| finish(waiting, HOST.into(), "helper"));
    assert!(harbor.wait_for(MADE, 1, LONG));

    harbor.knobs().heal(Service::Robots);
    // The vault's worker may not have been reaped yet.
    let is_exchange = |pid: &u32| read(*pid, "cmdline").contains("shorepass-exchange");
    let worker = children(broker).into_iter().find(is_exchange).unwrap();
    signal(worker, "KILL");

    assert_eq!(waiting.join().unwrap().code, 1);
    assert!(comes_to_nothing(&harbor), "{:?}", robots(&harbor));
}

#[test]
fn a_broken_ledger_is_put_aside_and_the_broker_works_on() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let _ = get(&bed).credential();
    kill(&bed);
    fs::write(&ledgers(&bed)[0], "{\"version\":1,\"robots\":[{\"canary").unwrap();

    let (user, secret) = get(&bed).credential();

    assert!(harbor.allows(&user, &secret, "team", "pull"));
    assert!(bed.path(LEDGERS).join("broken").exists());
    let log = fs::read_to_string(bed.path("home/.local/state/shorepass/shorepassd.log")).unwrap();
    assert!(log.contains("a ledger of robots is broken and was put aside"), "{log}");
}

#[test]
fn a_harbor_that_is_down_for_a_while_loses_its_robots_when_it_is_back() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(SHORT));
    let bed = puller(&harbor);
    let _ = get(&bed).credential();
    harbor.knobs().fail(Service::Robots, Fault::HangUp, Times::UntilHealed);
    harbor.knobs().fail(Service::Api, Fault::HangUp, Times::UntilHealed);
    kill(&bed);
    start(&bed);
    assert!(wait_until(|| harbor.count("harbor:GetRobot") > 0), "nobody has tried");
    assert_eq!(robots(&harbor).len(), 1);

    harbor.knobs().heal(Service::Robots);
    harbor.knobs().heal(Service::Api);

    assert!(comes_to_nothing(&harbor));
    stop(&bed);
    assert!(!bed.path(LEDGERS).exists());
}

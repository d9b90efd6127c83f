//! Killed at every place: the command, `shorepass exec`, the broker, and all at once.

use std::path::{Path, PathBuf};

use shorepass_tests::{
    bed::{Bed, Said, wait_until},
    cloud::aws::Aws,
};

use super::{Running, assert_nothing_is_left, exec, get, tree};
use crate::broker_life::processes::{in_bed, is_alive, signal};

#[test]
fn a_command_that_is_killed_leaves_nothing() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);
    let running = Running::begin(&bed, "true");
    let _ = running.helper(&bed).credential();

    signal(running.command, "KILL");
    let said = running.end();

    assert_eq!(said.code, 137, "{said:?}");
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn when_we_are_killed_the_broker_clears_away_and_the_command_goes_on() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);
    let mut running = Running::begin(&bed, "true");
    let _ = running.helper(&bed).credential();
    let input = running.exec.stdin.take();

    running.exec.kill().unwrap();
    running.exec.wait().unwrap();

    assert!(wait_until(|| !running.folder.exists()), "the folder stays");
    assert!(wait_until(|| in_bed(&bed) == [running.command]), "{:?}", in_bed(&bed));
    drop(input);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_broker_that_is_killed_is_followed_by_another_private_one() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);
    let running = Running::begin(&bed, &format!("{} >/dev/null", get()));
    let _ = running.helper(&bed).credential();
    let first = running.broker(&bed).unwrap();

    signal(first, "KILL");
    assert!(wait_until(|| !is_alive(first)));
    let again = running.helper(&bed);
    let second = running.broker(&bed);
    let said = running.end();

    let _ = again.credential();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(second.is_some_and(|second| second != first));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_successor_clears_away_too_when_we_are_killed() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);
    let mut running = Running::begin(&bed, "true");
    signal(running.broker(&bed).unwrap(), "KILL");
    let _ = running.helper(&bed).credential();
    let input = running.exec.stdin.take();

    running.exec.kill().unwrap();
    running.exec.wait().unwrap();

    assert!(wait_until(|| !running.folder.exists()), "the folder stays");
    drop(input);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_broker_that_is_killed_and_never_missed_leaves_nothing() {
    let bed = Bed::new();
    let before = tree(&bed);
    let running = Running::begin(&bed, "exit 3");

    signal(running.broker(&bed).unwrap(), "KILL");
    let said = running.end();

    assert_eq!(said.code, 3, "{said:?}");
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn what_is_left_when_all_are_killed_goes_with_the_next_one() {
    let bed = Bed::new();
    let before = tree(&bed);
    let beside = Running::begin(&bed, "true");
    let mut running = Running::begin(&bed, "true");
    signal(running.broker(&bed).unwrap(), "STOP");
    running.exec.kill().unwrap();
    running.exec.wait().unwrap();
    signal(running.broker(&bed).unwrap(), "KILL");
    assert!(wait_until(|| running.broker(&bed).is_none()));
    assert!(running.folder.join("docker/config.json").exists());

    let next = exec(&bed, &[], "true");

    assert_eq!(next.code, 0, "{next:?}");
    assert!(!running.folder.exists() && beside.folder.exists());
    assert_eq!(beside.end().code, 0);
    drop(running);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_strangers_folder_of_that_name_is_refused_by_a_broker_and_stays_as_it_is() {
    for locks in [&[][..], &["lifeline"], &["presence"]] {
        let bed = Bed::new();
        let kept = strangers(&bed, locks);
        let before = tree(&bed);

        let said = at(&bed, &kept);

        assert_ne!(said.code, 0);
        assert!(said.stderr.contains("is the folder of no `shorepass exec` that goes on"), "{said:?}");
        assert_nothing_is_left(&bed, &before);
    }
}

#[test]
fn what_a_stranger_has_put_into_a_folder_stays_when_the_rest_goes() {
    let bed = Bed::new();
    let by_broker = strangers(&bed, &["lifeline", "presence"]);

    let said = at(&bed, &by_broker);
    let left = by_broker.exists() && !bed.path("run/shorepass-exec-0a/lifeline").exists();
    let by_next = strangers(&bed, &["lifeline", "presence"]);
    let next = exec(&bed, &[], "true");

    assert!(said.stderr.contains("the command that it would be for has ended"), "{said:?}");
    assert!(left, "{said:?}");
    assert_eq!(next.code, 0, "{next:?}");
    assert!(by_next.exists());
    assert!(!bed.path("run/shorepass-exec-0a/lifeline").exists());
}

/// A file in a folder that has only the name of a private one, and these locks.
fn strangers(bed: &Bed, locks: &[&str]) -> PathBuf {
    for lock in locks {
        bed.write(&format!("run/shorepass-exec-0a/{lock}"), "");
    }
    bed.write("run/shorepass-exec-0a/data/kept", "x")
}

/// A broker that is told to listen in the stranger's folder.
fn at(bed: &Bed, kept: &Path) -> Said {
    let socket = kept.parent().and_then(Path::parent).unwrap().join("broker.sock");
    bed.run("shorepassd", &[], "", &[("SHOREPASS_SOCKET", socket.to_str().unwrap())])
}

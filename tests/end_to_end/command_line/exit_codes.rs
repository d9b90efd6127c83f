//! The table of exit codes, each produced for real.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use crate::ECR;

#[test]
fn zero_is_done() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    assert_codes(
        &bed,
        0,
        &[&["explain", ECR], &["get", ECR], &["refresh", ECR], &["forget", "--all"], &["status"]],
    );
}

#[test]
fn one_is_a_fault_of_our_own() {
    let mut bed = Bed::new();
    let worker = bed.write("worker", "#!/bin/sh\necho canary\n");
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).unwrap();
    bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());

    assert_codes(&bed, 1, &[&["get", ECR], &["refresh", ECR]]);
}

#[test]
fn two_is_usage() {
    let bed = Bed::new();

    assert_codes(&bed, 2, &[&[], &["fly"], &["refresh"], &["forget", ECR, "--all"], &["setup"], &["get"]]);
}

#[test]
fn three_is_not_found() {
    let bed = Bed::new();

    assert_codes(
        &bed,
        3,
        &[
            &["explain", "user@registry.example"],
            &["explain", "--json", "user@registry.example"],
            &["get", "registry.example"],
            &["refresh", "registry.example"],
            &["forget", "user@registry.example"],
            &["doctor", "--error", "an error that nobody has ever seen"],
        ],
    );
}

#[test]
fn four_is_denied() {
    let cloud = Aws::start().unwrap();
    super::deny(&cloud, "ecr:GetAuthorizationToken");
    let bed = Bed::of(&cloud, "alice");

    assert_codes(&bed, 4, &[&["get", ECR], &["refresh", ECR], &["get", ECR, "--json"]]);
}

#[test]
fn five_is_unavailable() {
    let mut bed = Bed::of(&Aws::start().unwrap(), "alice");
    bed.set("AWS_MAX_ATTEMPTS", "1");

    assert_codes(&bed, 5, &[&["status"], &["status", "--json"], &["get", ECR], &["refresh", ECR]]);
}

#[test]
fn six_is_misconfigured() {
    let bed = Bed::new();
    bed.configure("[brokre]\n");

    assert_codes(&bed, 6, &[&["config", "check"], &["get", ECR], &["explain", ECR], &["refresh", ECR]]);
}

fn assert_codes(bed: &Bed, code: i32, commands: &[&[&str]]) {
    for words in commands {
        let said = bed.shorepass(words);

        assert_eq!(said.code, code, "{words:?}: {said:?}");
        assert!(!format!("{}{}", said.stdout, said.stderr).is_empty(), "{words:?} says nothing");
    }
}

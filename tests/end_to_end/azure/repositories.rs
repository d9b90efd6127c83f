//! Passwords for some repositories only.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::azure::Azure,
};

use super::{ACR, assert_reason, builder, caller, cloud, configure, get};

#[test]
fn a_password_for_one_repository_is_good_for_no_other() {
    let cloud = cloud();
    let bed = narrowed(&cloud, builder(&cloud), "pull", "[\"team/app\", \"base\"]");

    let password = password(&cloud, &get(&bed));

    let allows = |repository, action| cloud.issued().allows(&password, repository, action);
    assert!(allows("team/app", "pull") && allows("base", "pull"));
    assert!(!allows("team/app", "push") && !allows("team/other", "pull"));
}

#[test]
fn to_push_is_to_pull_too() {
    let cloud = cloud();
    for access in ["push", "full"] {
        let bed = narrowed(&cloud, builder(&cloud), access, "[\"team/app\"]");

        let password = password(&cloud, &get(&bed));

        let allows = |action| cloud.issued().allows(&password, "team/app", action);
        assert!(allows("pull") && allows("push") && !allows("delete"), "{access}");
    }
}

#[test]
fn less_than_what_was_asked_for_is_an_error() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let issuer = shorepass_tests::cloud::azure::CI_ISSUER;
    let subject = shorepass_tests::cloud::azure::CI_SUBJECT;
    let puller =
        caller(&cloud, cloud.environment_with_federated_token("ci", issuer, subject, folder.path()).unwrap());
    let bed = narrowed(&cloud, puller, "push", "[\"team/app\"]");

    let wanted =
        [&format!("`{ACR}` does not allow this identity push in `team/app`"), "--role AcrPush --scope"];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn patterns_are_refused_before_anybody_is_asked() {
    let cloud = cloud();
    let bed = narrowed(&cloud, builder(&cloud), "pull", "[\"team/*\"]");

    assert_reason(&get(&bed), &["`team/*` is a pattern", "list the repositories one by one"]);
    assert_eq!(cloud.counts().len(), 0);
}

fn narrowed(cloud: &Azure, bed: Bed, access: &str, repositories: &str) -> Bed {
    configure(&bed, cloud, &format!("access = \"{access}\"\nrepositories = {repositories}"), "");
    bed
}

fn password(cloud: &Azure, said: &Said) -> String {
    let (username, password) = said.credential();
    assert!(cloud.issued().is_valid_at(ACR, &username, &password), "the password does not count");
    password
}

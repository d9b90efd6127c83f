//! Session policies of ECR: what a password may do, and what becomes of a policy that STS does not take.

use shorepass_tests::cloud::{
    Fault, Times,
    aws::{Aws, Service},
};

use super::{Login, ROLE, configure, get_as_alice, role, with_identity};
use crate::{ECR, sources::assert_reason};

#[test]
fn a_password_to_pull_pulls_where_the_rule_says_and_does_nothing_else() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &role(), "access = \"pull\"\nrepositories = [\"team/*\", \"base\"]");

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("pull", "team/app") && login.may("pull", "team/deep/app") && login.may("pull", "base"));
    assert!(!login.may("push", "team/app") && !login.may("delete", "team/app"));
    assert!(!login.may("pull", "other/app") && !login.may("pull", "basement") && !login.may("pull", "teams"));
}

#[test]
fn a_password_to_push_pushes_and_pulls_where_the_rule_says() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &role(), "access = \"push\"\nrepositories = [\"team/app\"]");

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("push", "team/app") && login.may("pull", "team/app"));
    assert!(!login.may("delete", "team/app") && !login.may("push", "team/app/deeper"));
    assert!(!login.may("pull", "team/other"));
}

#[test]
fn an_access_alone_is_for_all_repositories_and_repositories_alone_for_all_that_the_role_may() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &role(), "access = \"pull\"");
    let pull = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    configure(&bed, &role(), "repositories = [\"team/*\"]");
    let team = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(pull.may("pull", "whatever") && !pull.may("push", "whatever"));
    assert!(team.may("delete", "team/app") && team.may("push", "team/app") && !team.may("pull", "other"));
}

#[test]
fn without_either_nothing_is_taken_away() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &role(), "");

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("push", "anything") && login.may("delete", "anything"));
}

#[test]
fn a_policy_never_adds_a_right() {
    let cloud = Aws::start().unwrap();
    cloud.with_world(|world| world.role_mut("ci-pull").unwrap().deny("ecr:PutImage"));
    let bed = with_identity(&cloud, &role(), "access = \"push\"");

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("pull", "team/app") && !login.may("push", "team/app"));
}

#[test]
fn a_pull_through_cache_may_fetch_only_where_the_rule_says_that_it_is_one() {
    let cloud = Aws::start().unwrap();
    let rule = "access = \"pull\"\nrepositories = [\"hub/*\"]";
    let bed = with_identity(&cloud, &role(), rule);
    let plain = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    configure(&bed, &role(), &format!("{rule}\npull_through_cache = true"));
    let fetching = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    for call in ["BatchImportUpstreamImage", "CreateRepository"] {
        assert!(!plain.may_call(call, "hub/library/alpine"), "{call}");
        assert!(fetching.may_call(call, "hub/library/alpine") && !fetching.may_call(call, "other"), "{call}");
    }
    assert!(fetching.may("pull", "hub/library/alpine") && !fetching.may("push", "hub/library/alpine"));
}

#[test]
fn a_policy_is_of_the_partition_account_and_region_of_the_registry() {
    let cloud = Aws::start().unwrap();
    for (host, account, region) in [
        ("210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn", "210987654321", "cn-north-1"),
        ("210987654321.dkr.ecr.us-gov-west-1.amazonaws.com", "210987654321", "us-gov-west-1"),
        ("images.corp.example", "123456789012", "ap-southeast-2"),
    ] {
        let bed = super::stranger(&cloud);
        bed.configure(&format!(
            "[[registry]]\nmatch = \"{host}\"\nkind = \"ecr\"\naccount = \"{account}\"\nregion = \"{region}\"\n\
             identity = \"used\"\naccess = \"pull\"\nrepositories = [\"team/app\"]\n\
             [identity.used]\ntype = \"aws\"\n{}\n",
            role()
        ));
        let environment = cloud.environment("alice");
        let keys =
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));

        let login = Login::of(&cloud, &bed.helper_in(&keys, "get", host));

        assert!(login.may("pull", "team/app") && !login.may("pull", "team/other"), "{host}");
    }
}

#[test]
fn a_policy_that_is_too_long_is_never_sent() {
    let cloud = Aws::start().unwrap();
    let names: Vec<String> = (0..40).map(|at| format!("\"team/application-{at:02}\"")).collect();
    let bed =
        with_identity(&cloud, &role(), &format!("access = \"pull\"\nrepositories = [{}]", names.join(", ")));

    let said = get_as_alice(&cloud, &bed);

    assert_reason(
        &cloud,
        &said,
        &["the session policy for 40 repositories is ", "characters long, and STS takes 2048", "`team/*`"],
    );
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn what_sts_says_of_a_policy_is_told_in_our_words() {
    let cloud = Aws::start().unwrap();
    for (code, why) in [
        (
            "PackedPolicyTooLarge",
            "the session policy and the tags of the session are together more than STS takes",
        ),
        (
            "MalformedPolicyDocument",
            "STS does not accept the session policy that `access` and `repositories`",
        ),
    ] {
        cloud.knobs().fail(Service::Sts, Fault::code(code), Times::Next(1));
        let bed = with_identity(&cloud, &role(), "access = \"pull\"");

        assert_reason(&cloud, &get_as_alice(&cloud, &bed), &[why]);
    }
}

#[test]
fn two_rules_of_one_identity_never_share() {
    let cloud = Aws::start().unwrap();
    let bed = super::stranger(&cloud);
    let rule = |path: &str, access: &str| {
        format!(
            "[[registry]]\nmatch = \"{ECR}{path}\"\nidentity = \"used\"\naccess = \"{access}\"\n\
             repositories = [\"team/*\"]\n"
        )
    };
    bed.configure(&format!(
        "{}{}[identity.used]\ntype = \"aws\"\nrole_arn = \"{ROLE}ci-pull\"\n",
        rule("", "pull"),
        rule("/team/app", "push")
    ));
    let environment = cloud.environment("alice");
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));

    let push = Login::of(&cloud, &bed.helper_in(&keys, "get", &format!("{ECR}/team/app")));
    let pull = Login::of(&cloud, &bed.helper_in(&keys, "get", ECR));

    assert!(push.may("push", "team/app") && !pull.may("push", "team/app"));
}

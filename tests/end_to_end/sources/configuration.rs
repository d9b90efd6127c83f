//! Identities of `config.toml`, and what a rule says about the registry's API.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{Entry, aws::Aws},
};

use super::{ALICE, ROLE, SESSION, askers, assert_reason, get, owner, section, stranger};
use crate::ECR;

#[test]
fn the_configuration_s_profile_wins_over_every_variable() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, "profile = \"work\"");
    bed.write("home/.aws/credentials", &section(&cloud, "work"));
    let other =
        [("AWS_PROFILE", "other"), ("AWS_ACCESS_KEY_ID", "AKIACANARY"), ("AWS_SECRET_ACCESS_KEY", "canary")];

    assert_eq!(owner(&cloud, &bed.helper_in(&other, "get", ECR)), ALICE);
}

#[test]
fn a_role_is_assumed_under_its_session_name() {
    let cloud = Aws::start().unwrap();
    let role =
        format!("role_arn = \"{ROLE}deploy\"\nexternal_id = \"shorepass-test\"\nsession_name = \"ci@main\"");
    let bed = with_identity(&cloud, &role);

    assert_eq!(owner(&cloud, &get_as_alice(&cloud, &bed)), format!("{SESSION}deploy/ci@main"));
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [ALICE]);
    assert_eq!(askers(&cloud, "ecr:GetAuthorizationToken"), [format!("{SESSION}deploy/ci@main")]);
}

#[test]
fn a_wrong_external_id_in_the_configuration_is_not_repeated() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &format!("role_arn = \"{ROLE}deploy\"\nexternal_id = \"canary\""));

    assert_reason(
        &cloud,
        &get_as_alice(&cloud, &bed),
        &[&format!("AWS refused the role `{ROLE}deploy`"), "which `external_id`"],
    );
}

#[test]
fn roles_are_assumed_one_from_the_other() {
    let cloud = Aws::start().unwrap();
    let roles = format!(
        "[[identity.used.roles]]\nrole_arn = \"{ROLE}ci-pull\"\nsession_name = \"first\"\n\
         [[identity.used.roles]]\nrole_arn = \"{ROLE}chained\"\nsession_name = \"second\"\nduration = \"30m\""
    );
    let bed = with_identity(&cloud, &roles);

    assert_eq!(owner(&cloud, &get_as_alice(&cloud, &bed)), format!("{SESSION}chained/second"));
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [ALICE.to_owned(), format!("{SESSION}ci-pull/first")]);
}

#[test]
fn a_role_cannot_last_longer_than_it_allows() {
    let cloud = Aws::start().unwrap();
    let role = format!("role_arn = \"{ROLE}deploy\"\nexternal_id = \"shorepass-test\"\nduration = \"2h\"");
    let bed = with_identity(&cloud, &role);

    assert_reason(
        &cloud,
        &get_as_alice(&cloud, &bed),
        &[&format!("the role `{ROLE}deploy` does not allow sessions as long"), "1 h at most"],
    );
}

#[test]
fn sts_is_asked_in_the_identity_s_region_then_the_caller_s_then_the_registry_s() {
    let cloud = Aws::start().unwrap();
    let role = format!("role_arn = \"{ROLE}ci-pull\"");
    let named = with_identity(&cloud, &format!("{role}\nregion = \"sa-east-1\""));
    let unnamed = with_identity(&cloud, &role);
    let environment = cloud.environment("alice");
    let [id, secret] =
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));

    for (bed, region) in [(&named, "us-west-2"), (&unnamed, "us-west-2"), (&unnamed, "")] {
        let said = bed.helper_in(&[id, secret, ("AWS_REGION", region)], "get", ECR);
        let _ = said.credential();
        assert_eq!(bed.helper("erase", ECR).code, 0);
    }

    assert_eq!(regions(&cloud, "sts:AssumeRole"), ["sa-east-1", "us-west-2", "eu-west-1"]);
    assert_eq!(regions(&cloud, "ecr:GetAuthorizationToken"), ["eu-west-1"; 3]);
}

#[test]
fn endpoints_of_the_configuration_need_no_variable() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.unset("AWS_ENDPOINT_URL");
    let url = cloud.url();
    bed.configure(&format!(
        "[identity.ci]\ntype = \"aws\"\nrole_arn = \"{ROLE}ci-pull\"\nsts_endpoint = \"{url}\"\n\
         [[registry]]\nmatch = \"{ECR}\"\nidentity = \"ci\"\nendpoint = \"{url}\"\nfips = true\n\
         [[registry]]\nmatch = \"public.ecr.aws\"\nendpoint = \"{url}\"\nanonymous = \"never\"\n"
    ));

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}ci-pull/shorepass"));
    assert_eq!(owner(&cloud, &bed.helper("get", "public.ecr.aws")), ALICE);
}

#[test]
fn a_private_name_in_front_of_ecr_is_served_as_its_rule_says() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure(
        "[[registry]]\nmatch = \"images.corp.example\"\nkind = \"ecr\"\naccount = \"210987654321\"\n\
         region = \"ap-southeast-2\"\n",
    );

    let (username, secret) = bed.helper("get", "https://images.corp.example/v2/").credential();

    let issued = cloud.issued().find(&username, &secret).unwrap();
    assert_eq!((issued.account.as_str(), issued.region.as_str()), ("210987654321", "ap-southeast-2"));
}

#[test]
fn the_most_specific_rule_decides_who_we_are() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &format!("role_arn = \"{ROLE}ci-pull\""));
    bed.configure(&format!(
        "[identity.ci]\ntype = \"aws\"\nrole_arn = \"{ROLE}ci-pull\"\n\
         [[registry]]\nmatch = \"*.dkr.ecr.*.amazonaws.com\"\nidentity = \"ci\"\n\
         [[registry]]\nmatch = \"{ECR}\"\n"
    ));
    let environment = cloud.environment("alice");
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));

    let specific = bed.helper_in(&keys, "get", ECR);
    let general = bed.helper_in(&keys, "get", "123456789012.dkr.ecr.us-east-1.amazonaws.com");

    assert_eq!(owner(&cloud, &specific), ALICE);
    assert_eq!(owner(&cloud, &general), format!("{SESSION}ci-pull/shorepass"));
}

/// Somebody who is this identity to every private ECR registry.
fn with_identity(cloud: &Aws, lines: &str) -> Bed {
    let bed = stranger(cloud);
    bed.configure(&format!(
        "[[registry]]\nmatch = \"*.dkr.ecr.*.amazonaws.com\"\nidentity = \"used\"\n\
         [identity.used]\ntype = \"aws\"\n{lines}\n"
    ));
    bed
}

fn get_as_alice(cloud: &Aws, bed: &Bed) -> Said {
    let environment = cloud.environment("alice");
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));
    bed.helper_in(&keys, "get", ECR)
}

fn regions(cloud: &Aws, operation: &str) -> Vec<String> {
    let is_it = |entry: &Entry| entry.operation == operation;
    cloud.audit().into_iter().filter(is_it).filter_map(|entry| entry.region).collect()
}

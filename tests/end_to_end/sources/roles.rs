//! Roles that a profile asks for, and what they are assumed from.

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{ALICE, ROLE, SESSION, askers, assert_reason, get, owner, section, stranger};
use crate::ECR;

#[test]
fn a_chain_of_profiles_is_assumed_from_the_inside_out() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(
        &cloud,
        &format!(
            "role_arn = {ROLE}chained\nsource_profile = inner\nrole_session_name = me\n\
             [profile inner]\nrole_arn = {ROLE}ci-pull\nsource_profile = default\n"
        ),
    );

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}chained/me"));
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [ALICE.to_owned(), format!("{SESSION}ci-pull/shorepass")]);
}

#[test]
fn a_role_gets_its_external_id() {
    let cloud = Aws::start().unwrap();
    let role = format!("role_arn = {ROLE}deploy\nsource_profile = default\n");
    let bed = with_profile(&cloud, &format!("{role}external_id = shorepass-test\n"));

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}deploy/shorepass"));
}

#[test]
fn a_wrong_external_id_points_at_the_trust_policy() {
    let cloud = Aws::start().unwrap();
    let role = format!("role_arn = {ROLE}deploy\nsource_profile = default\n");
    let bed = with_profile(&cloud, &format!("{role}external_id = canary\n"));

    assert_reason(
        &cloud,
        &get(&bed),
        &[
            &format!("AWS refused the role `{ROLE}deploy`: User: {ALICE} is not authorized"),
            "which `external_id`, the role's trust policy wants",
        ],
    );
}

#[test]
fn a_session_lasts_as_long_as_the_profile_says() {
    let cloud = Aws::start().unwrap();
    let role = |name: &str, seconds: u32| {
        format!(
            "role_arn = {ROLE}{name}\nsource_profile = default\nexternal_id = shorepass-test\n\
             duration_seconds = {seconds}\n"
        )
    };

    // `ci-pull` allows twelve hours, `deploy` one.
    let long = with_profile(&cloud, &role("ci-pull", 7200));
    let longest = with_profile(&cloud, &role("deploy", 3600));
    let longer = with_profile(&cloud, &role("deploy", 3601));

    assert_eq!(owner(&cloud, &get(&long)), format!("{SESSION}ci-pull/shorepass"));
    assert_eq!(owner(&cloud, &get(&longest)), format!("{SESSION}deploy/shorepass"));
    assert_reason(&cloud, &get(&longer), &["does not allow sessions as long", "`duration_seconds`"]);
}

#[test]
fn a_role_is_assumed_from_keys_in_variables() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        bed.unset(name);
    }
    bed.write(
        "home/.aws/config",
        &format!("[profile ci]\nrole_arn = {ROLE}ci-pull\ncredential_source = Environment\n"),
    );
    bed.configure("[identity.ci]\ntype = \"aws\"\nprofile = \"ci\"\n[[registry]]\nmatch = \"*.dkr.ecr.*.amazonaws.com\"\nidentity = \"ci\"\n");
    let environment = cloud.environment("alice");
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, environment[name].as_str()));

    let with_keys = bed.helper_in(&keys, "get", ECR);
    let without_keys = get(&bed);

    assert_eq!(owner(&cloud, &with_keys), format!("{SESSION}ci-pull/shorepass"));
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [ALICE]);
    assert_reason(
        &cloud,
        &without_keys,
        &["the profile wants keys from variables, which are not set", "; set `AWS_ACCESS_KEY_ID`"],
    );
}

#[test]
fn a_role_is_assumed_from_the_instance_s() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_profile(
        &cloud,
        "role_arn = arn:aws:iam::210987654321:role/remote\ncredential_source = Ec2InstanceMetadata\n",
    );
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &cloud.url());

    assert_eq!(owner(&cloud, &get(&bed)), "arn:aws:sts::210987654321:assumed-role/remote/shorepass");
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [format!("{SESSION}instance/i-0123456789abcdef0")]);
}

#[test]
fn a_role_is_assumed_from_the_container_s() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_profile(
        &cloud,
        "role_arn = arn:aws:iam::210987654321:role/remote\ncredential_source = EcsContainer\n",
    );
    bed.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &cloud.container_url());
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-authorization-token");

    assert_eq!(owner(&cloud, &get(&bed)), "arn:aws:sts::210987654321:assumed-role/remote/shorepass");
    assert_eq!(askers(&cloud, "sts:AssumeRole"), [format!("{SESSION}container/container")]);
}

/// Somebody whose `AWS_PROFILE` has these lines; the default profile is alice's.
fn with_profile(cloud: &Aws, lines: &str) -> Bed {
    let mut bed = stranger(cloud);
    bed.write("home/.aws/credentials", &section(cloud, "default"));
    bed.write("home/.aws/config", &format!("[profile used]\n{lines}"));
    bed.set("AWS_PROFILE", "used");
    bed
}

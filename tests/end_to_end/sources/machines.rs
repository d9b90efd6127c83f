//! Credentials of the machine itself, an instance's or a container's, and what a machine without any says.

use std::time::Duration;

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::Bed,
    cloud::{
        Fault, Times,
        aws::{Aws, InstanceMood, Service},
    },
};

use super::{SESSION, assert_reason, closed_url, get, owner, stranger};

#[test]
fn an_instance_s_role_is_asked_for_by_version_two() {
    let cloud = Aws::start().unwrap();
    let bed = on_instance(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}instance/i-0123456789abcdef0"));
    assert_eq!(cloud.count("imds:Token"), 1);
}

#[test]
fn an_instance_s_nearly_ended_keys_are_good_enough() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().instance(InstanceMood::NearlyExpired(Duration::from_secs(60)));

    assert_eq!(owner(&cloud, &get(&on_instance(&cloud))), format!("{SESSION}instance/i-0123456789abcdef0"));
}

#[test]
fn an_instance_without_a_role_says_which_and_what_else_was_looked_at() {
    let cloud = Aws::start().unwrap();

    for (mood, why) in [
        (InstanceMood::NoRole, "the instance has no role"),
        (InstanceMood::Disabled, "the instance metadata service gave none (HTTP 403)"),
        (
            InstanceMood::ErrorInside("AssumeRoleUnauthorizedAccess".into()),
            "has no keys for the instance's role",
        ),
    ] {
        cloud.knobs().instance(mood);

        assert_reason(
            &cloud,
            &get(&on_instance(&cloud)),
            &["no AWS credentials found: no keys in variables", why, "; sign in with `aws configure sso`"],
        );
    }
}

#[test]
fn a_container_s_role_is_asked_for_with_the_token_of_a_variable() {
    let cloud = Aws::start().unwrap();
    let mut bed = in_container(&cloud);
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN);

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}container/container"));
}

#[test]
fn a_container_s_token_file_is_read_each_time() {
    let cloud = Aws::start().unwrap();
    let mut bed = in_container(&cloud);
    let file = bed.write("token", TOKEN);
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap());

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}container/container"));

    cloud.with_world(|world| world.container_mut().unwrap().authorization = "another".into());
    bed.write("token", "another");
    assert_eq!(bed.shorepass(&["refresh", crate::ECR]).code, 0);
}

#[test]
fn a_container_s_refusal_is_no_reason_to_look_elsewhere() {
    let cloud = Aws::start().unwrap();
    let mut bed = in_container(&cloud);
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &cloud.url());
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary");

    assert_reason(
        &cloud,
        &get(&bed),
        &["credentials endpoint refused (HTTP 401)", "; check the role of the task"],
    );
    assert_eq!(cloud.count("imds:Token"), 0);
}

#[test]
fn a_container_s_endpoint_on_a_foreign_host_never_sees_the_token() {
    let cloud = Aws::start().unwrap();
    let mut bed = in_container(&cloud);
    bed.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.7/v1/credentials");
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary");

    assert_reason(&cloud, &get(&bed), &["name a host that must not be asked", "; use `https`"]);
}

#[test]
fn nobody_at_all_is_said_within_five_seconds() {
    let cloud = Aws::start().unwrap();
    let mut bed = stranger(&cloud);
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &closed_url());
    let clock = SystemClock::new();

    let said = get(&bed);

    assert!(clock.now().steady < Duration::from_secs(5), "it took {:?}", clock.now().steady);
    assert_reason(
        &cloud,
        &said,
        &[
            "no AWS credentials found",
            "no instance metadata service answers",
            "name a profile in `AWS_PROFILE`",
        ],
    );
}

#[test]
fn a_metadata_service_that_never_answers_is_given_up_within_five_seconds() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().fail(Service::Imds, Fault::Silence(Duration::from_secs(20)), Times::UntilHealed);
    let bed = on_instance(&cloud);
    let clock = SystemClock::new();

    let said = get(&bed);

    assert!(clock.now().steady < Duration::from_secs(5), "it took {:?}", clock.now().steady);
    assert_reason(&cloud, &said, &["no AWS credentials found", "no instance metadata service answers"]);
}

fn on_instance(cloud: &Aws) -> Bed {
    let mut bed = stranger(cloud);
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &cloud.url());
    bed
}

fn in_container(cloud: &Aws) -> Bed {
    let mut bed = stranger(cloud);
    bed.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &cloud.container_url());
    bed
}

const TOKEN: &str = "container-authorization-token";

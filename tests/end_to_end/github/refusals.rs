//! GitHub's refusals of an app, each with what to do about it.

use std::time::Duration;

use shorepass_tests::cloud::{ApiError, Fault, Times, github::Service};

use super::{
    apps::{app, puller},
    assert_reason, cloud, get, owner,
};

const INSTALLATION: &str = "installation_id = \"2001\"";

#[test]
fn a_key_that_was_replaced_is_refused() {
    let cloud = cloud();
    let bed = puller(&cloud, "", INSTALLATION);
    cloud.with_world(|world| {
        let app = world.app_mut("puller").unwrap();
        *app = app.with_new_key();
    });

    assert_reason(
        &get(&bed),
        &["GitHub does not accept the private key as one of the app `1001`", "`openssl rsa"],
    );
}

#[test]
fn an_app_that_is_not_there_is_named() {
    let cloud = cloud();
    let bed = puller(&cloud, "", INSTALLATION);
    cloud.with_world(|world| world.app_mut("puller").unwrap().id = 7);

    assert_reason(&get(&bed), &["GitHub knows no app `1001`", "`app_id`"]);
}

#[test]
fn an_installation_that_is_not_there_is_named() {
    for (place, shown) in [
        ("installation_id = \"7\"", "the app `1001` has no installation under the id `7`"),
        ("owner = \"nobody\"", "the app `1001` has no installation at `nobody`"),
        ("repository = \"shoreteam/none\"", "the app `1001` has no installation in `shoreteam/none`"),
    ] {
        let cloud = cloud();
        assert_reason(&get(&puller(&cloud, "", place)), &[shown, "install it there"]);
    }
}

#[test]
fn a_suspended_installation_is_said_to_be() {
    let cloud = cloud();
    cloud.with_world(|world| world.installation_mut(2001).unwrap().is_suspended = true);

    assert_reason(
        &get(&puller(&cloud, "", INSTALLATION)),
        &["has been suspended", "\"Installed GitHub Apps\""],
    );
}

#[test]
fn a_permission_that_is_missing_is_named() {
    let cloud = cloud();
    let bed = puller(&cloud, "access = \"push\"", INSTALLATION);

    assert_reason(&get(&bed), &["may not write packages", "\"Packages: write\""]);
}

#[test]
fn an_image_that_is_named_after_no_repository_is_explained() {
    let cloud = cloud();
    for image in ["shoreteam/app", "shoreteam/images"] {
        let rule = format!("access = \"pull\"\nrepositories = [\"{image}\"]");
        let bed = app(&cloud, "narrow", &rule, "installation_id = \"2002\"");

        assert_reason(&get(&bed), &[&format!("does not reach the repository `{image}`"), "`OWNER/*`"]);
    }
}

#[test]
fn images_of_two_owners_are_no_one_token() {
    let cloud = cloud();
    let rule = "repositories = [\"shoreteam/app\", \"other/app\"]";

    assert_reason(
        &get(&puller(&cloud, rule, INSTALLATION)),
        &["for one owner", "`shorepass explain ghcr.io`"],
    );
    assert_eq!(cloud.count("api:CreateToken"), 0);
}

#[test]
fn a_key_that_cannot_be_used_is_named() {
    let cloud = cloud();
    let bed = puller(&cloud, "", INSTALLATION);

    bed.write("secrets/app.pem", "canary");
    assert_reason(&get(&bed), &["app.pem` is no RSA private key in PEM", "\"Generate a private key\""]);

    std::fs::remove_file(bed.path("secrets/app.pem")).unwrap();
    assert_reason(&get(&bed), &["app.pem` cannot be used: it is not there"]);
}

#[test]
fn too_many_requests_are_waited_out() {
    let cloud = cloud();
    cloud.knobs().requests_per_hour(0);

    assert_reason(&get(&puller(&cloud, "", INSTALLATION)), &["GitHub's API has had too many requests"]);
}

#[test]
fn a_passing_fault_passes() {
    let cloud = cloud();
    let bed = puller(&cloud, "", INSTALLATION);
    cloud.knobs().fail(Service::Api, Fault::HangUp, Times::Next(1));
    let busy = Fault::Error(ApiError::new(503, "X", "x"));
    cloud.knobs().fail(Service::Registry, busy, Times::Next(1));

    assert_eq!(owner(&cloud, &get(&bed)), "installation/2001");
}

#[test]
fn what_makes_no_sense_is_not_handed_out() {
    for service in [Service::Api, Service::Registry] {
        let cloud = cloud();
        let bed = puller(&cloud, "", INSTALLATION);
        cloud.knobs().fail(service, Fault::Garbage, Times::UntilHealed);

        assert_reason(&get(&bed), &["makes no sense"]);
    }
}

#[test]
fn a_registry_that_is_down_is_said_to_be() {
    let cloud = cloud();
    let bed = puller(&cloud, "", INSTALLATION);
    cloud.knobs().fail(Service::Registry, Fault::Busy(Duration::from_secs(60)), Times::UntilHealed);

    assert_reason(&get(&bed), &["the registry has a fault of its own (HTTP 503)"]);
}

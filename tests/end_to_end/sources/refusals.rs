//! What the cloud says no with, or does not say at all: each in one line, with a remedy where there is one.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Fault, Times,
        aws::{Aws, Service},
    },
};

use super::{ALICE, assert_reason, closed_url, get, owner};
use crate::ECR;

#[test]
fn a_missing_permission_is_named() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("ecr:GetAuthorizationToken"));

    assert_reason(
        &cloud,
        &get(&bed),
        &[
            &format!(
                "shorepass: {ECR}: AWS refused: User: {ALICE} is not authorized to perform: ecr:GetAuthorizationToken"
            ),
            "; allow the identity `ecr:GetAuthorizationToken` on `*`",
        ],
    );
}

#[test]
fn a_wrong_clock_is_made_up_for() {
    let cloud = Aws::start().unwrap();

    for ahead_ms in [3_600_000, -3_600_000] {
        let bed = Bed::of(&cloud, "alice");
        cloud.knobs().clock_ahead_ms(ahead_ms);

        assert_eq!(owner(&cloud, &get(&bed)), ALICE, "{ahead_ms}");
    }
}

#[test]
fn a_wrong_clock_that_cannot_be_made_up_for_is_told_from_a_wrong_key() {
    let cloud = Aws::start().unwrap();

    for (ahead_ms, words) in [
        (5_430_000, "this machine's clock is 90 min behind AWS's"),
        (-5_430_000, "this machine's clock is 90 min ahead of AWS's"),
    ] {
        let mut bed = Bed::of(&cloud, "alice");
        bed.set("AWS_MAX_ATTEMPTS", "1");
        cloud.knobs().clock_ahead_ms(ahead_ms);

        assert_reason(&cloud, &get(&bed), &[words, "`timedatectl set-ntp true`"]);
    }
}

#[test]
fn a_throttled_account_is_told_so() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("AWS_MAX_ATTEMPTS", "1");

    for fault in [Fault::Throttle(Duration::from_secs(1)), Fault::code("ThrottlingException")] {
        cloud.knobs().fail(Service::Ecr, fault, Times::Next(1));

        assert_reason(&cloud, &get(&bed), &["ECR has had too many requests of this account"]);
        assert_eq!(bed.helper("erase", ECR).code, 0);
    }
    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn a_short_fault_of_the_cloud_is_sat_out() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    cloud.knobs().fail(Service::Ecr, Fault::code("ServerException"), Times::Next(1));
    cloud.knobs().fail(Service::Ecr, Fault::HangUp, Times::Next(1));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 3);
}

#[test]
fn answers_that_make_no_sense_are_called_that() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("AWS_MAX_ATTEMPTS", "1");

    for (fault, words) in [
        (Fault::Garbage, "ECR answered HTTP 200, but not in the form of AWS; if a proxy stands in between"),
        (Fault::Huge(4 * 1024 * 1024), "the answer of ECR makes no sense; if a proxy stands in between"),
        (Fault::status(418, "Teapot"), "ECR answered with the error `Teapot` (HTTP 418)"),
        (Fault::status(500, "ServerException"), "ECR has a fault of its own (HTTP 500)"),
        (Fault::code("InvalidParameterException"), "ECR knows no registry of the account 123456789012"),
        (Fault::code("RegionDisabledException"), "ECR is not enabled in this region for the account"),
    ] {
        cloud.knobs().fail(Service::Ecr, fault, Times::Next(1));

        assert_reason(&cloud, &get(&bed), &[words]);
        assert_eq!(bed.helper("erase", ECR).code, 0);
    }
}

#[test]
fn an_endpoint_where_nobody_listens_is_named() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let url = closed_url();
    let address = url.trim_start_matches("http://");
    bed.set("AWS_ENDPOINT_URL", &url).set("AWS_MAX_ATTEMPTS", "1");

    assert_reason(&cloud, &get(&bed), &[&format!("could not reach ECR at `{address}`: connection refused")]);
}

#[test]
fn a_proxy_that_is_not_there_is_suspected() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("HTTP_PROXY", &closed_url()).set("HTTPS_PROXY", &closed_url()).set("AWS_MAX_ATTEMPTS", "1");

    assert_reason(&cloud, &get(&bed), &["could not reach ECR", "`HTTPS_PROXY`"]);

    bed.set("NO_PROXY", "127.0.0.1");
    assert_eq!(bed.helper("erase", ECR).code, 0);
    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn a_name_that_does_not_resolve_is_named() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("AWS_ENDPOINT_URL", "http://ecr.invalid").set("AWS_MAX_ATTEMPTS", "1");

    assert_reason(&cloud, &get(&bed), &["could not reach ECR at `ecr.invalid:80`: "]);
}

#[test]
fn settings_of_which_no_request_can_be_made_are_suspected() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let said = bed.helper_in(&[("AWS_ENDPOINT_URL", "not a url")], "get", ECR);

    assert_reason(&cloud, &said, &["no request to ECR can be made", "; look for stray characters"]);
}

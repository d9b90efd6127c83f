//! The identity token of a machine in Google Cloud.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Times,
        google::{Google, INSTANCE_ACCOUNT, INSTANCE_SUBJECT, Service},
    },
};

use super::receiver::{AUDIENCE, Receiver, get, get_anew};
use crate::ruled::assert_reason;

#[test]
fn the_machines_account_proves_itself() {
    let cloud = Google::start().unwrap();
    let (receiver, bed) = machine(&cloud, "");

    assert_eq!(receiver.subject(&get(&bed)), INSTANCE_SUBJECT);
    assert_eq!(cloud.count("metadata:GetIdentity"), 1);
}

#[test]
fn no_proxy_is_asked_for_it() {
    let cloud = Google::start().unwrap();
    let (receiver, mut bed) = machine(&cloud, "");
    for proxy in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        bed.set(proxy, "http://127.0.0.1:9");
    }
    // This machine by an address that is no loopback one, which would not go by a proxy anyway.
    bed.set("GCE_METADATA_HOST", &format!("0.0.0.0:{}", cloud.address().port()));

    assert_eq!(receiver.subject(&get(&bed)), INSTANCE_SUBJECT);
}

#[test]
fn another_account_is_asked_for_by_its_address() {
    let cloud = Google::start().unwrap();
    let (receiver, bed) = machine(&cloud, &format!("account = \"{INSTANCE_ACCOUNT}\""));
    assert_eq!(receiver.subject(&get(&bed)), INSTANCE_SUBJECT);

    receiver.configure(&bed, &source("account = \"other@shore.example\""));
    assert_reason(&get(&bed), &["the metadata server knows no service account `other@shore.example`"]);
}

#[test]
fn an_impostor_without_the_header_is_not_believed() {
    let cloud = Google::start().unwrap();
    cloud.knobs().forget_metadata_flavor(true);
    let (_receiver, bed) = machine(&cloud, "");

    assert_reason(&get(&bed), &["does not say that it is Google's", "`GCE_METADATA_HOST`"]);
}

#[test]
fn the_servers_refusals_and_troubles_have_their_words() {
    let refused = |status| Fault::Error(ApiError::new(status, "PERMISSION_DENIED", "canary"));
    for (fault, words) in [
        (refused(400), "makes no token of the account `default` for this audience"),
        (refused(403), "gives no token of the account `default` (HTTP 403)"),
        (refused(404), "the machine has no service account"),
        (Fault::Throttle(Duration::from_secs(60)), "the metadata server has had too many requests"),
        (Fault::Garbage, "the answer of the metadata server makes no sense"),
    ] {
        let cloud = Google::start().unwrap();
        cloud.knobs().fail(Service::Metadata, fault, Times::UntilHealed);
        let (_receiver, bed) = machine(&cloud, "");

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn elsewhere_there_is_no_server_to_ask() {
    let cloud = Google::start().unwrap();
    let (_receiver, mut bed) = machine(&cloud, "");
    bed.unset("GCE_METADATA_HOST").set("NO_GCE_CHECK", "true");

    assert_reason(
        &get_anew(&bed),
        &["`NO_GCE_CHECK` keeps away from the metadata server", "`GCE_METADATA_HOST`"],
    );
    assert!(cloud.audit().is_empty());
}

/// Somebody on a machine of the cloud.
fn machine(cloud: &Google, lines: &str) -> (Receiver, Bed) {
    let receiver = Receiver::new(cloud.instance_issuer(), &[INSTANCE_SUBJECT]);
    let mut bed = Bed::new();
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string());
    receiver.configure(&bed, &source(lines));
    (receiver, bed)
}

fn source(lines: &str) -> String {
    format!("from = \"google-metadata\"\naudience = \"{AUDIENCE}\"\n{lines}")
}

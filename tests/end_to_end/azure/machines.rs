//! Managed identities of apps and virtual machines.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::azure::{Azure, InstanceMood},
};

use super::{assert_reason, caller, closed_url, cloud, configure, get, owner, stranger};

#[test]
fn an_app_has_an_identity() {
    let cloud = cloud();

    let own = caller(&cloud, cloud.environment_of_app_service(None));
    let assigned = caller(&cloud, cloud.environment_of_app_service(Some("puller")));

    assert_eq!(owner(&cloud, &get(&own)), "machine");
    assert_eq!(owner(&cloud, &get(&assigned)), "puller");
}

#[test]
fn an_apps_wrong_header_is_refused() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_app_service(None));
    bed.set("IDENTITY_HEADER", "canary");

    assert_reason(&get(&bed), &["the app's identity endpoint refused (HTTP 403)", "`IDENTITY_HEADER`"]);
}

#[test]
fn service_fabric_is_not_taken_for_an_app() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_app_service(None));
    bed.set("IDENTITY_SERVER_THUMBPRINT", "ABCDEF");

    assert_reason(&get(&bed), &["managed identities of Service Fabric are not supported"]);
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn a_machine_is_found_and_asked() {
    let cloud = cloud();
    let bed = machine(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), "machine");
}

#[test]
fn an_identity_of_a_machine_is_named_in_three_ways() {
    let cloud = cloud();
    let identity = cloud.with_world(|world| world.find_identity("puller").unwrap().clone());

    for (key, id) in [
        ("client_id", identity.client_id()),
        ("object_id", identity.object_id()),
        ("resource_id", identity.resource_id()),
    ] {
        let bed = machine(&cloud);
        let tables =
            format!("[identity.vm]\ntype = \"azure\"\nsource = \"managed-identity\"\n{key} = \"{id}\"\n");
        configure(&bed, &cloud, "identity = \"vm\"", &tables);

        assert_eq!(owner(&cloud, &get(&bed)), "puller", "{key}");
    }
}

#[test]
fn an_identity_that_the_machine_does_not_have_is_named() {
    let cloud = cloud();
    let mut bed = machine(&cloud);
    bed.set("AZURE_CLIENT_ID", "11111111-2222-3333-4444-555555555555");

    let wanted = [
        "the machine does not have the managed identity `11111111-2222-3333-4444-555555555555`",
        "correct `AZURE_CLIENT_ID`",
    ];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn several_identities_want_a_name() {
    let cloud = cloud();
    cloud.with_world(|world| world.remove_principal("machine"));
    let bed = machine(&cloud);

    assert_reason(&get(&bed), &["the machine has several managed identities, and none is named"]);
}

#[test]
fn a_machine_without_identity_is_like_any_other() {
    let cloud = cloud();
    cloud.with_world(|world| {
        for name in ["machine", "puller", "pusher"] {
            world.remove_principal(name);
        }
    });
    let bed = machine(&cloud);

    assert_reason(&get(&bed), &["no Azure credentials found", "no managed identity of this machine"]);
}

#[test]
fn a_service_that_stumbles_is_asked_again_but_not_for_long() {
    let cloud = cloud();
    for (mood, words) in [
        (InstanceMood::NotReady, "has a fault of its own (HTTP 404)"),
        (InstanceMood::Updating, "has a fault of its own (HTTP 410)"),
        (InstanceMood::Broken, "has a fault of its own (HTTP 500)"),
    ] {
        cloud.knobs().instance(mood);
        cloud.forget();
        let bed = machine(&cloud);

        assert_reason(&get(&bed), &["the machine's metadata service", words]);
        assert_eq!(cloud.count("imds:Token"), 5, "one to find it, and four tries: {mood:?}");
    }
    cloud.knobs().instance(InstanceMood::Busy(Duration::from_secs(3)));

    assert_reason(&get(&machine(&cloud)), &["the machine's metadata service has had too many requests"]);
}

#[test]
fn a_machine_is_never_asked_by_a_proxy() {
    let cloud = cloud();
    let mut bed = machine(&cloud);
    bed.set("HTTP_PROXY", &closed_url());
    bed.set("NO_PROXY", "");

    let said = get(&bed);

    assert_eq!(cloud.count("imds:Token"), 2, "{said:?}");
}

fn machine(cloud: &Azure) -> Bed {
    let mut bed = stranger(cloud);
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", &cloud.url());
    bed
}

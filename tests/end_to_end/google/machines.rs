//! The service account of a machine in Google Cloud, from its metadata server.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Fault, Times,
        google::{CLOUD_PLATFORM, Google, INSTANCE_ACCOUNT, READ_ONLY, Service, World},
    },
};

use super::{
    GAR, assert_ends_as_issued, assert_reason, configure, configure_trusting, get, member, owner, scopes,
    stranger,
};

#[test]
fn the_machine_s_account_is_used_where_the_variable_names_its_server() {
    let cloud = Google::start().unwrap();
    let mut bed = machine(&cloud);

    let said = get(&bed);

    assert_eq!(owner(&cloud, &said), member(INSTANCE_ACCOUNT));
    assert_eq!(scopes(&cloud, &said), [CLOUD_PLATFORM]);

    let server = cloud.address().to_string();
    bed.unset("GCE_METADATA_HOST").set("GCE_METADATA_ROOT", &server);
    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));
}

#[test]
fn no_proxy_is_asked_for_it() {
    let cloud = Google::start().unwrap();
    let mut bed = machine(&cloud);
    bed.set("HTTP_PROXY", "http://127.0.0.1:9").set("http_proxy", "http://127.0.0.1:9");
    bed.set("ALL_PROXY", "http://127.0.0.1:9");
    // This machine by an address that is no loopback one, which would not go by a proxy anyway.
    bed.set("GCE_METADATA_HOST", &format!("0.0.0.0:{}", cloud.address().port()));

    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));
}

#[test]
fn the_configuration_names_source_and_account() {
    let cloud = Google::start().unwrap();
    let mut bed = machine(&cloud);
    bed.set("NO_GCE_CHECK", "true");

    configure(&bed, &cloud, &format!("source = \"metadata\"\naccount = \"{INSTANCE_ACCOUNT}\""));
    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));

    configure(&bed, &cloud, "source = \"metadata\"\naccount = \"other@shore.example\"");
    assert_reason(
        &get(&bed),
        &["the metadata server knows no service account `other@shore.example`; correct `account`"],
    );
}

#[test]
fn a_narrower_scope_is_asked_for_and_a_wider_one_not_got() {
    let world = World::standard().instance_account(INSTANCE_ACCOUNT, &[READ_ONLY]);
    let cloud = Google::builder().world(world).start().unwrap();
    let bed = machine(&cloud);

    configure_trusting(&bed, &[], "", "access = \"pull\"", "");
    assert_eq!(scopes(&cloud, &get(&bed)), [READ_ONLY]);

    configure_trusting(&bed, &[], "", "access = \"push\"", "");
    assert_reason(&get(&bed), &["the identity cannot give a token of the scope", "set-service-account"]);

    configure_trusting(&bed, &[], "", "", "");
    assert_eq!(scopes(&cloud, &get(&bed)), [READ_ONLY]);
}

#[test]
fn a_machine_without_an_account_is_no_source_unless_it_was_named() {
    let cloud = Google::start().unwrap();
    cloud.with_world(World::detach_instance_account);
    let bed = machine(&cloud);

    assert_reason(&get(&bed), &["no Google credentials found", "the machine has no service account"]);

    configure(&bed, &cloud, "source = \"metadata\"");
    assert_reason(&get(&bed), &["the machine has no service account; give it one: `gcloud compute"]);
}

#[test]
fn an_impostor_is_not_believed() {
    let cloud = Google::start().unwrap();
    cloud.knobs().forget_metadata_flavor(true);

    assert_reason(
        &get(&machine(&cloud)),
        &[
            "what answers in place of the metadata server does not say that it is Google's",
            "`GCE_METADATA_HOST`",
        ],
    );
}

#[test]
fn a_token_that_is_nearly_over_is_taken_without_asking_again_and_again() {
    let cloud = Google::start().unwrap();
    cloud.knobs().metadata_token_left(Some(Duration::from_secs(20)));
    let bed = machine(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));
    assert_ends_as_issued(&cloud, &bed, Duration::ZERO);
    for _ in 0..5 {
        let _ = get(&bed).credential();
    }

    assert!(cloud.count("metadata:GetToken") <= 3, "{:?}", cloud.counts());
}

#[test]
fn a_server_that_stumbles_is_asked_again_and_one_that_is_away_is_named() {
    let cloud = Google::start().unwrap();
    cloud.knobs().fail(Service::Metadata, Fault::HangUp, Times::Next(1));
    let mut bed = machine(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));

    cloud.knobs().fail(Service::Metadata, Fault::Silence(Duration::from_secs(60)), Times::UntilHealed);
    bed.set("GCE_METADATA_TIMEOUT", "1");
    assert_eq!(bed.shorepass(&["forget", "--all"]).code, 0);
    assert_reason(&get(&bed), &["the metadata server did not answer within 1 s"]);
    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 5);
}

fn machine(cloud: &Google) -> Bed {
    let mut bed = stranger(cloud);
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string()).unset("NO_GCE_CHECK");
    bed
}

//! Entra's and the registry's troubles, each with its own words.

use std::time::Duration;

use shorepass_tests::cloud::{
    Fault, Times,
    azure::{Service, entra_error},
};

use super::{ACR, assert_reason, builder, cloud, get, owner};

#[test]
fn every_number_of_entra_has_its_words() {
    for (number, words) in [
        (700_025, "is a public client, which can prove nothing"),
        (90_038, "lives in another cloud than"),
        (50_076, "Entra wants a person to sign in again"),
        (50_079, "Entra wants a person to sign in again"),
        (70_008, "Entra wants a person to sign in again"),
        (70_043, "Entra wants a person to sign in again"),
        (700_082, "Entra wants a person to sign in again"),
        (53_003, "a Conditional Access policy of the tenant forbids the sign-in"),
        (65_001, "nobody has consented to the application"),
        (900_023, "has no tenant"),
        (900_144, "Entra answered with the error AADSTS900144 (HTTP 400)"),
        (90_033, "Entra has a fault of its own (HTTP 503)"),
    ] {
        let cloud = cloud();
        cloud.knobs().fail(Service::Entra, Fault::Error(entra_error(number)), Times::UntilHealed);
        let bed = builder(&cloud);

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn a_clock_that_is_off_is_said_to_be() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();
    let bed = super::caller(&cloud, cloud.environment_with_certificate("build", keys.path()).unwrap());
    cloud.knobs().clock_ahead_ms(3600 * 1000);

    assert_reason(&get(&bed), &["this machine's clock is ", " behind Entra's", "`timedatectl set-ntp true`"]);
}

#[test]
fn a_passing_fault_passes() {
    let cloud = cloud();
    let bed = builder(&cloud);
    cloud.knobs().fail(Service::Entra, Fault::HangUp, Times::Next(1));
    cloud.knobs().fail(
        Service::Acr,
        Fault::Error(shorepass_tests::cloud::ApiError::new(503, "X", "x")),
        Times::Next(1),
    );

    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_throttle_of_entra_or_of_the_registry_asks_for_patience() {
    for (service, words) in [
        (Service::Entra, "Entra has had too many requests"),
        (Service::Acr, "the registry has had too many requests"),
    ] {
        let cloud = cloud();
        cloud.knobs().fail(service, Fault::Throttle(Duration::from_secs(60)), Times::UntilHealed);
        let bed = builder(&cloud);

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn garbage_is_garbage() {
    for service in [Service::Entra, Service::Acr] {
        for fault in [Fault::Garbage, Fault::Huge(2 * 1024 * 1024)] {
            let cloud = cloud();
            cloud.knobs().fail(service, fault, Times::UntilHealed);
            let bed = builder(&cloud);

            let said = get(&bed);

            assert_reason(&said, &[]);
            let line = &said.stdout;
            assert!(line.contains("makes no sense") || line.contains("does not answer as"), "{line}");
        }
    }
}

#[test]
fn a_registry_that_does_not_know_the_identity_names_both_kinds_of_roles() {
    let cloud = cloud();
    let bed = builder(&cloud);
    cloud.with_world(|world| world.registry_mut(ACR).unwrap().unassign("build"));
    let tenant = cloud.with_world(|world| world.tenant().to_owned());

    let wanted = [
        &format!("`{ACR}` does not know this identity of the tenant `{tenant}` (HTTP 401)"),
        "`AcrPull` or `AcrPush`",
        "`Container Registry Repository Reader`",
        "--role AcrPull --scope \"$(az acr show --name shorepass ",
    ];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn a_firewall_shows_the_address_that_it_sees() {
    let cloud = cloud();
    let bed = builder(&cloud);
    cloud.knobs().firewall(true);

    let wanted = [
        &format!("the firewall of `{ACR}` keeps this machine out, which it sees as `127.0.0.1`"),
        "az acr network-rule add --name shorepass --ip-address 127.0.0.1",
    ];
    assert_reason(&get(&bed), &wanted);
}

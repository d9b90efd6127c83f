//! Who shares a password with whom.

use super::{ACR, builder, cloud, get, owner};

#[test]
fn the_same_caller_is_served_from_memory() {
    let cloud = cloud();
    let bed = builder(&cloud);

    let first = get(&bed).credential();
    let second = get(&bed).credential();

    assert_eq!(first, second);
    assert_eq!((cloud.count("entra:Token"), cloud.count("acr:Exchange")), (1, 1));
}

#[test]
fn callers_with_different_identities_never_share() {
    let cloud = cloud();
    let bed = builder(&cloud);
    let machine = cloud.url();
    let app = cloud.environment_of_app_service(Some("puller"));
    let as_puller: Vec<(&str, &str)> = app
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain([("AZURE_CLIENT_SECRET", "")])
        .collect();
    let as_machine = [
        ("AZURE_CLIENT_SECRET", ""),
        ("AZURE_CLIENT_ID", ""),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.as_str()),
    ];

    for _ in 0..2 {
        assert_eq!(owner(&cloud, &get(&bed)), "build");
        assert_eq!(owner(&cloud, &bed.helper_in(&as_puller, "get", ACR)), "puller");
        assert_eq!(owner(&cloud, &bed.helper_in(&as_machine, "get", ACR)), "machine");
    }
    assert_eq!(cloud.count("acr:Exchange"), 3);
}

#[test]
fn a_wrong_secret_gets_nothing_from_a_right_one() {
    let cloud = cloud();
    let bed = builder(&cloud);
    let _ = get(&bed).credential();

    let said = bed.helper_in(&[("AZURE_CLIENT_SECRET", "canary")], "get", ACR);

    super::assert_reason(&said, &["(AADSTS7000215)"]);
}

#[test]
fn a_regional_name_has_a_password_of_its_own() {
    let cloud = cloud();
    let bed = builder(&cloud);
    let regional = "shorepass.westeurope.geo.azurecr.io";
    let url = cloud.url();
    bed.configure(&format!("[[registry]]\nmatch = \"*.azurecr.io\"\nendpoint = \"{url}\"\n\n[[registry]]\nmatch = \"{regional}\"\nendpoint = \"{url}\"\n"));
    let (_, plain) = get(&bed).credential();

    cloud.stand_in_for(regional);
    let (_, of_region) = bed.helper("get", regional).credential();

    assert_ne!(plain, of_region);
    assert_eq!(cloud.issued().find(&of_region).unwrap().registry, regional);
}

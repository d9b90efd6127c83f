//! Sign-ins to the Azure CLI and the Azure Developer CLI.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{
    bed::Bed,
    cloud::azure::{ACR_AUDIENCE, Azure},
};

use super::{assert_reason, cloud, configure, get, owner, stranger};

#[test]
fn a_sign_in_to_az_is_used() {
    let cloud = cloud();
    let bed = with_program(&cloud, "az", &cloud.az_script(ALICE, ACR_AUDIENCE));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
    assert_eq!(cloud.count("entra:Token"), 0);
}

#[test]
fn a_sign_in_to_azd_is_used() {
    let cloud = cloud();
    let bed = with_program(&cloud, "azd", &cloud.azd_script(ALICE, ACR_AUDIENCE));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn nobody_signed_in_to_az_leads_on_to_azd() {
    let cloud = cloud();
    let bed = with_program(&cloud, "az", Azure::signed_out_az_script());
    install(&bed, "azd", &cloud.azd_script(ALICE, ACR_AUDIENCE));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn a_sign_in_to_az_that_has_ended_is_an_error_and_not_a_reason_to_go_on() {
    let cloud = cloud();
    let bed = with_program(&cloud, "az", Azure::signed_out_az_script());
    bed.write("home/.azure/azureProfile.json", "\u{feff}{\"subscriptions\":[{\"id\":\"x\"}]}");
    install(&bed, "azd", &cloud.azd_script(ALICE, ACR_AUDIENCE));

    assert_reason(
        &get(&bed),
        &["the Azure CLI, `az`, ended with exit status 1", "sign in again: `az login`"],
    );
}

#[test]
fn a_sign_in_to_azd_that_has_ended_is_an_error() {
    let cloud = cloud();
    let bed = with_program(&cloud, "azd", Azure::signed_out_azd_script());
    bed.write("home/.azd/auth/config.json", "{}");

    assert_reason(
        &get(&bed),
        &["the Azure Developer CLI, `azd`, ended with exit status 1", "`azd auth login`"],
    );
}

#[test]
fn what_a_program_writes_is_never_repeated() {
    let cloud = cloud();
    let bed = with_program(&cloud, "az", "#!/bin/sh\necho canary\necho canary >&2\n");

    assert_reason(&get(&bed), &["the Azure CLI, `az`, wrote something else than a token"]);
}

#[test]
fn tenant_and_subscription_are_handed_to_az() {
    let cloud = cloud();
    let script = cloud.az_script(ALICE, ACR_AUDIENCE);
    let noting = script.replacen('\n', "\necho \"$*\" > \"$HOME/asked\"\n", 1);
    let bed = with_program(&cloud, "az", &noting);
    let tenant = cloud.with_world(|world| world.tenant().to_owned());
    let tables = format!(
        "[identity.me]\ntype = \"azure\"\nsource = \"azure-cli\"\ntenant_id = \"{tenant}\"\nsubscription = \"Sea & Co\"\n"
    );
    configure(&bed, &cloud, "identity = \"me\"", &tables);

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
    let asked = fs::read_to_string(bed.path("home/asked")).unwrap();
    assert!(asked.contains(&format!("--tenant {tenant} --subscription Sea & Co")), "{asked}");
}

#[test]
fn az_falls_back_to_the_resource_manager_in_a_national_cloud() {
    let cloud = cloud();
    let bed = with_program(&cloud, "az", &cloud.az_script(ALICE, "https://management.usgovcloudapi.net"));
    bed.write("home/.azure/azureProfile.json", "{\"subscriptions\":[{\"id\":\"x\"}]}");
    configure(&bed, &cloud, "cloud = \"us-government\"", "");

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

fn with_program(cloud: &Azure, name: &str, script: &str) -> Bed {
    let mut bed = stranger(cloud);
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("PATH", &path);
    install(&bed, name, script);
    bed
}

fn install(bed: &Bed, name: &str, script: &str) {
    let path = bed.write(&format!("bin/{name}"), script);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

const ALICE: &str = "alice@shorepass.example";
